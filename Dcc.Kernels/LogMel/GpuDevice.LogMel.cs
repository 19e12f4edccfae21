// Log-mel on the GPU: one group a frame; samples, FFT, magnitudes and mel sums never leave shared memory. Bound: memory bandwidth (a waveform in, a spectrogram out).
// Read next: README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Longest FFT that fits: two complex arrays in 32 KiB of shared memory.</summary>
    private const int LogMelMaxFft = 2048;

    internal readonly record struct LogMelSizes(
        int Samples, int Frames, int Window, int Hop, int FftLength, int Bands, int Start, int Padding, int Reflects, int Power, int Log, int Stages, float LogConstant, float TopDb);

    private static void LogMelKernel(LogMelSizes s, ArrayView<float> x, ArrayView<float> window, ArrayView<float> twiddles, ArrayView<int> factors,
        ArrayView<int> firstBin, ArrayView<int> starts, ArrayView<float> weights, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(4 * LogMelMaxFft);
        int thread = Group.IdxX, threads = Group.DimX, clip = Grid.IdxX / s.Frames, frame = Grid.IdxX % s.Frames;
        // Offsets of the source and target halves: real part, then imaginary part.
        int source = 0, target = 2 * LogMelMaxFft;
        for (int i = thread; i < s.FftLength; i += threads)
        {
            float value = 0f;
            int at = i - s.Start;
            if (at >= 0 && at < s.Window)
            {
                int index = frame * s.Hop - s.Padding + i;
                if (s.Reflects != 0)
                {
                    int period = Math.Max(1, 2 * (s.Samples - 1));
                    index = (index % period + period) % period;
                    if (index >= s.Samples) index = period - index;
                }
                if (index >= 0 && index < s.Samples) value = window[at] * x[clip * s.Samples + index];
            }
            shared[i] = value;
            shared[LogMelMaxFft + i] = 0f;
        }
        Group.Barrier();

        int n = s.FftLength, stride = 1;
        for (int stage = 0; stage < s.Stages; stage++)
        {
            int radix = factors[stage], m = n / radix, unit = s.FftLength / n, turn = s.FftLength / radix;
            // A thread owns an output element: butterfly (j, k), element t.
            for (int i = thread; i < s.FftLength; i += threads)
            {
                int k = i % stride, rest = i / stride, t = rest % radix, j = rest / radix;
                float sumRe = 0f, sumIm = 0f;
                int power = j * t * unit % s.FftLength, step = t * turn;
                for (int r = 0; r < radix; r++)
                {
                    int at = source + k + stride * (j + m * r);
                    float wr = twiddles[2 * power], wi = twiddles[2 * power + 1], ar = shared[at], ai = shared[at + LogMelMaxFft];
                    sumRe += ar * wr - ai * wi;
                    sumIm += ar * wi + ai * wr;
                    power += step;
                    if (power >= s.FftLength) power -= s.FftLength;
                }
                shared[target + i] = sumRe;
                shared[target + LogMelMaxFft + i] = sumIm;
            }
            Group.Barrier();
            int swap = source;
            source = target;
            target = swap;
            n = m;
            stride *= radix;
        }

        for (int i = thread; i <= s.FftLength / 2; i += threads)
        {
            float re = shared[source + i], im = shared[source + LogMelMaxFft + i], power = re * re + im * im;
            shared[target + i] = s.Power != 0 ? power : MathF.Sqrt(power);
        }
        Group.Barrier();
        for (int band = thread; band < s.Bands; band += threads)
        {
            float sum = 0f;
            int first = starts[band], end = starts[band + 1], bin = target + firstBin[band] - first;
            for (int i = first; i < end; i++) sum += weights[i] * shared[bin + i];
            if (s.Log == (int)MelLog.Natural) sum = MathF.Log(sum + s.LogConstant);
            if (s.Log == (int)MelLog.Decibel) sum = MathF.Log(Math.Max(sum, s.LogConstant)) * 4.3429448190325f;
            y[(clip * s.Frames + frame) * s.Bands + band] = sum;
        }
    }

    /// <summary>One group a clip: its maximum by a tree, then nothing lies more than TopDb below.</summary>
    private static void TopDbKernel(LogMelSizes s, ArrayView<float> y)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        int thread = Group.IdxX, threads = Group.DimX, count = s.Frames * s.Bands, start = Grid.IdxX * count;
        float most = float.MinValue;
        for (int i = thread; i < count; i += threads) most = Math.Max(most, y[start + i]);
        shared[thread] = most;
        Group.Barrier();
        for (int stride = threads >> 1; stride > 0; stride >>= 1)
        {
            if (thread < stride) shared[thread] = Math.Max(shared[thread], shared[thread + stride]);
            Group.Barrier();
        }
        float floor = shared[0] - s.TopDb;
        for (int i = thread; i < count; i += threads) y[start + i] = Math.Max(y[start + i], floor);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, LogMelSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<float>, ArrayView<float>>>? logMel;
    private GpuKernel<Action<KernelConfig, LogMelSizes, ArrayView<float>>>? topDb;

    private protected override void LogMelCore(LogMelPlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        LogMelOptions o = plan.Options;
        if (o.FftLength > LogMelMaxFft)
            throw new NotSupportedException($"LogMel: an FFT of {o.FftLength} does not fit a GPU's shared memory, the longest is {LogMelMaxFft}. Use a shorter one, or the CPU device.");
        logMel ??= Load(nameof(LogMelKernel), () => accelerator.LoadStreamKernel<LogMelSizes, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<int>, ArrayView<int>, ArrayView<float>, ArrayView<float>>(LogMelKernel));
        LogMelSizes sizes = new(samples, o.Frames(samples), o.Window, o.Hop, o.FftLength, o.Bands, o.WindowStart, o.Padding, o.Centring == FrameCentring.Reflect ? 1 : 0,
            o.Power ? 1 : 0, (int)o.Log, plan.Factors.Length, o.Log == MelLog.Decibel ? o.DecibelFloor : o.LogOffset, o.TopDb);
        int group = 1;
        while (group * 2 <= Math.Min(GroupTree.MaxThreads, Limits.MaxGroupSize)) group *= 2;
        logMel.Launch(new KernelConfig(batch * sizes.Frames, group), sizes, View(x), View(plan.Window), View(plan.Twiddles), View(plan.FactorTable),
            View(plan.FirstBin), View(plan.Start), View(plan.Weights), View(y));
        if (o.Log != MelLog.Decibel) return;
        topDb ??= Load(nameof(TopDbKernel), () => accelerator.LoadStreamKernel<LogMelSizes, ArrayView<float>>(TopDbKernel));
        topDb.Launch(new KernelConfig(batch, group), sizes, View(y));
    }
}
