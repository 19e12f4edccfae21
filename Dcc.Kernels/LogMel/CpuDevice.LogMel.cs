// Log-mel on the CPU: eight frames at a time go from samples to decibels within the first cache. The transform is in double: in float its noise, summed over the
// bins of a wide band, is a thousandth of a unit near silence. From magnitudes on, sums of positive terms, float is enough. Read next: LaneTranspose.cs.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void LogMelCore(LogMelPlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        LogMelOptions o = plan.Options;
        int frames = o.Frames(samples), groups = (frames + RealTransform.Lanes - 1) / RealTransform.Lanes;
        // A frame does not depend on its neighbours, so the number of runs changes no result; each has scratch of its own.
        int runs = Math.Min(batch * groups, Threads * 4);
        LogMelScratch layout = new(plan);
        using DeviceBuffer<float> scratch = Rent<float>(checked(runs * layout.Length));
        float* from = Pointer(x), to = Pointer(y), own = Pointer(scratch);
        if (Vector512.IsHardwareAccelerated) Run(runs, new LogMelWork<DoubleLanes512>(plan, layout, batch, samples, runs, from, to, own));
        else if (Vector256.IsHardwareAccelerated) Run(runs, new LogMelWork<DoubleLanes256>(plan, layout, batch, samples, runs, from, to, own));
        else Run(runs, new LogMelWork<DoubleLanes128>(plan, layout, batch, samples, runs, from, to, own));
        if (o.Log == MelLog.Decibel) Run(batch, new TopDbWork(frames * o.Bands, o.TopDb, to));
    }

    /// <summary>Where a run keeps what: offsets in floats, each at a cache line.</summary>
    private readonly struct LogMelScratch
    {
        public LogMelScratch(LogMelPlan plan)
        {
            LogMelOptions o = plan.Options;
            Odd = 2 * o.FftLength * RealTransform.Lanes;
            Spectrum = Odd + 2 * plan.Transform.ScratchLength;
            Bands = Spectrum + o.Bins * RealTransform.Lanes;
            Bands += Bands % 16;
            Rows = Bands + (o.Bands + 1) / 2 * 2 * RealTransform.Lanes;
            RowLength = (o.Window + 15) / 16 * 16;
            Length = Rows + RowLength * RealTransform.Lanes;
        }

        /// <summary>Of the transform (at 0): scratch of its odd passes, and what it gives.</summary>
        public readonly int Odd, Spectrum;

        /// <summary>Band sums [bands][8], samples of frames that reach over an end of the clip [8][window].</summary>
        public readonly int Bands, Rows;

        public readonly int RowLength, Length;
    }

    private readonly struct LogMelWork<TLanes>(LogMelPlan plan, LogMelScratch layout, int batch, int samples, int runs, float* x, float* y, float* scratch) : IParts
        where TLanes : struct, IDoubleLanes<TLanes>
    {
        public void Part(int run)
        {
            LogMelOptions o = plan.Options;
            int frames = o.Frames(samples), groups = (frames + RealTransform.Lanes - 1) / RealTransform.Lanes;
            float* own = scratch + (nint)run * layout.Length;
            int end = (int)((long)batch * groups * (run + 1) / runs);
            for (int group = (int)((long)batch * groups * run / runs); group < end; group++)
            {
                int clip = group / groups, first = group % groups * RealTransform.Lanes, count = Math.Min(RealTransform.Lanes, frames - first);
                Window(x + (nint)clip * samples, first, count, own);
                plan.Transform.Run<TLanes>((double*)own, (double*)(own + layout.Odd), o.Power, plan.StartBin, plan.EndBin, own + layout.Spectrum);
                Mel(own + layout.Spectrum, own + layout.Bands);
                Logarithm(o, own + layout.Bands);
                LaneTranspose.Store(own + layout.Bands, o.Bands, count, y + ((nint)clip * frames + first) * o.Bands, o.Bands);
            }
        }

        /// <summary>Windowed samples [fft][8] of up to eight frames; lanes without a frame repeat the last one.</summary>
        private void Window(float* clip, int firstFrame, int count, float* own)
        {
            LogMelOptions o = plan.Options;
            double* z = (double*)own;
            float** rows = stackalloc float*[RealTransform.Lanes];
            for (int lane = 0; lane < RealTransform.Lanes; lane++)
            {
                int start = (firstFrame + Math.Min(lane, count - 1)) * o.Hop - o.Padding + o.WindowStart;
                rows[lane] = clip + start;
                if (start >= 0 && start <= samples - o.Window) continue;
                rows[lane] = own + layout.Rows + lane * layout.RowLength;
                for (int i = 0; i < o.Window; i++)
                {
                    int index = o.Centring == FrameCentring.Reflect ? LogMelReference.Reflect(start + i, samples) : start + i;
                    rows[lane][i] = index >= 0 && index < samples ? clip[index] : 0f;
                }
            }
            new Span<double>(z, o.WindowStart * RealTransform.Lanes).Clear();
            int after = o.WindowStart + o.Window;
            new Span<double>(z + after * RealTransform.Lanes, (o.FftLength - after) * RealTransform.Lanes).Clear();
            fixed (double* window = plan.WindowTable) LaneTranspose.LoadScaled(rows, window, o.Window, z + o.WindowStart * RealTransform.Lanes);
        }

        private void Mel(float* spectrum, float* bands)
        {
            int* firstBin = Pointer(plan.FirstBin), starts = Pointer(plan.Start);
            int count = plan.Options.Bands;
            fixed (float* weights = plan.ScaledWeights)
            {
                for (int band = 0; band < count; band++)
                {
                    Vector256<float> sum = Vector256<float>.Zero;
                    float* bin = spectrum + firstBin[band] * RealTransform.Lanes;
                    for (int i = starts[band]; i < starts[band + 1]; i++, bin += RealTransform.Lanes)
                        sum = Vector256.MultiplyAddEstimate(Vector256.Create(weights[i]), Vector256.Load(bin), sum);
                    sum.Store(bands + band * RealTransform.Lanes);
                }
            }
            // Two bands make a vector of the logarithm: an odd one out has company that is a number.
            if (count % 2 != 0) Vector256<float>.One.Store(bands + count * RealTransform.Lanes);
        }

        private static void Logarithm(LogMelOptions o, float* bands)
        {
            if (o.Log == MelLog.None) return;
            float floor = o.Log == MelLog.Decibel ? o.DecibelFloor : float.MinValue, offset = o.Log == MelLog.Natural ? o.LogOffset : 0f;
            float scale = o.Log == MelLog.Decibel ? (float)(10 / Math.Log(10)) : 1f;
            int length = (o.Bands + 1) / 2 * 2 * RealTransform.Lanes;
            if (Vector512.IsHardwareAccelerated)
            {
                for (int i = 0; i < length; i += 16)
                    (Vector512.Log(Vector512.Max(Vector512.Load(bands + i), Vector512.Create(floor)) + Vector512.Create(offset)) * scale).Store(bands + i);
                return;
            }
            for (int i = 0; i < length; i += Vector<float>.Count)
                (Vector.Log(Vector.Max(Vector.Load(bands + i), new Vector<float>(floor)) + new Vector<float>(offset)) * scale).Store(bands + i);
        }
    }

    /// <summary>Nothing of a clip lies more than <paramref name="top"/> below its maximum.</summary>
    private readonly struct TopDbWork(int length, float top, float* y) : IParts
    {
        public void Part(int clip)
        {
            float* own = y + (nint)clip * length;
            float floor = Largest(own, length) - top;
            Vector<float> floors = new(floor);
            int i = 0;
            for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) Vector.Max(Vector.Load(own + i), floors).Store(own + i);
            for (; i < length; i++) own[i] = MathF.Max(own[i], floor);
        }
    }
}
