// Log-mel on the CPU: one frame per SIMD lane, so that an FFT of any radix is plain vector arithmetic without shuffles. In double up to the band energies: in float
// the transform's noise, summed over the bins of a wide band, is a thousandth of a unit near silence. Read next: GpuDevice.LogMel.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void LogMelCore(LogMelPlan plan, int batch, int samples, DeviceBuffer<float> x, DeviceBuffer<float> y)
    {
        LogMelOptions o = plan.Options;
        int lanes = Vector<double>.Count, frames = o.Frames(samples), groups = (frames + lanes - 1) / lanes, length = o.FftLength;
        int runs = Math.Min(batch * groups, Threads * 4), scratchLength = 4 * length * lanes;
        using DeviceBuffer<double> scratch = Rent<double>(checked(runs * scratchLength));
        float* from = Pointer(x), to = Pointer(y);
        double* scratchStart = Pointer(scratch);
        Run(runs, run =>
        {
            double* real = scratchStart + (nint)run * scratchLength;
            for (int group = (int)((long)batch * groups * run / runs); group < (int)((long)batch * groups * (run + 1) / runs); group++)
            {
                int clip = group / groups, first = group % groups * lanes, count = Math.Min(lanes, frames - first);
                LogMelGroup(plan, from + (nint)clip * samples, samples, first, count, real, to + ((nint)clip * frames + first) * o.Bands);
            }
        });
        if (o.Log != MelLog.Decibel) return;
        Run(batch, clip =>
        {
            Span<float> own = new(to + (nint)clip * frames * o.Bands, frames * o.Bands);
            float floor = float.NegativeInfinity;
            foreach (float value in own) floor = Math.Max(floor, value - o.TopDb);
            foreach (ref float value in own) value = Math.Max(value, floor);
        });
    }

    /// <summary>Up to one vector of frames: window, transform, magnitude, mel, logarithm.</summary>
    private static void LogMelGroup(LogMelPlan plan, float* x, int samples, int firstFrame, int count, double* scratch, float* y)
    {
        LogMelOptions o = plan.Options;
        int lanes = Vector<double>.Count, length = o.FftLength;
        double* re = scratch, im = re + length * lanes, otherRe = im + length * lanes, otherIm = otherRe + length * lanes;
        new Span<double>(re, 2 * length * lanes).Clear();
        double[] window = plan.WindowTable;
        for (int lane = 0; lane < count; lane++)
        {
            int start = (firstFrame + lane) * o.Hop - o.Padding + o.WindowStart;
            for (int i = 0; i < o.Window; i++)
            {
                int index = start + i;
                if (o.Centring == FrameCentring.Reflect) index = LogMelReference.Reflect(index, samples);
                if (index >= 0 && index < samples) re[(o.WindowStart + i) * lanes + lane] = window[i] * x[index];
            }
        }
        bool swapped = Transform(plan, re, im, otherRe, otherIm);
        if (swapped)
        {
            re = otherRe;
            im = otherIm;
        }

        for (int bin = 0; bin < o.Bins; bin++)
        {
            Vector<double> a = Vector.Load(re + bin * lanes), b = Vector.Load(im + bin * lanes), power = a * a + b * b;
            (o.Power ? power : Vector.SquareRoot(power)).Store(re + bin * lanes);
        }
        int* firstBin = Pointer(plan.FirstBin), starts = Pointer(plan.Start);
        double[] weights = plan.WeightTable;
        Span<double> line = stackalloc double[lanes];
        for (int band = 0; band < o.Bands; band++)
        {
            Vector<double> sum = Vector<double>.Zero;
            for (int i = starts[band]; i < starts[band + 1]; i++)
                sum += new Vector<double>(weights[i]) * Vector.Load(re + (firstBin[band] + i - starts[band]) * lanes);
            sum = o.Log switch
            {
                MelLog.Natural => Vector.Log(sum + new Vector<double>(o.LogOffset)),
                MelLog.Decibel => Vector.Log(Vector.Max(sum, new Vector<double>(o.DecibelFloor))) * (10 / Math.Log(10)),
                _ => sum,
            };
            sum.CopyTo(line);
            for (int lane = 0; lane < count; lane++) y[lane * o.Bands + band] = (float)line[lane];
        }
    }

    /// <summary>
    /// Stockham FFT of any radices, in order without bit reversal: at a stage of radix p on blocks of n = m p, element t of butterfly (j, k) is
    /// w_n^(j t) * sum_r a_r w_p^(r t). Returns whether the result lies in the other pair of arrays.
    /// </summary>
    private static bool Transform(LogMelPlan plan, double* re, double* im, double* otherRe, double* otherIm)
    {
        int lanes = Vector<double>.Count, length = plan.Options.FftLength, n = length, stride = 1;
        double[] twiddles = plan.TwiddleTable;
        bool swapped = false;
        foreach (int radix in plan.Factors)
        {
            int m = n / radix, unit = length / n;
            for (int j = 0; j < m; j++)
            for (int k = 0; k < stride; k++)
            {
                if (radix == 2)
                {
                    int low = (k + stride * j) * lanes, high = (k + stride * (j + m)) * lanes, sum = (k + stride * 2 * j) * lanes, difference = sum + stride * lanes;
                    Vector<double> ar = Vector.Load(re + low), ai = Vector.Load(im + low), br = Vector.Load(re + high), bi = Vector.Load(im + high);
                    Vector<double> wr = new(twiddles[2 * j * unit]), wi = new(twiddles[2 * j * unit + 1]), dr = ar - br, di = ai - bi;
                    (ar + br).Store(otherRe + sum);
                    (ai + bi).Store(otherIm + sum);
                    (dr * wr - di * wi).Store(otherRe + difference);
                    (dr * wi + di * wr).Store(otherIm + difference);
                    continue;
                }
                for (int t = 0; t < radix; t++)
                {
                    Vector<double> sumRe = Vector<double>.Zero, sumIm = Vector<double>.Zero;
                    for (int r = 0; r < radix; r++)
                    {
                        // w_p^(r t) and w_n^(j t) are one table entry: both are powers of the finest root.
                        int power = (int)(((long)r * t % radix * (length / radix) + (long)j * t * unit) % length), at = (k + stride * (j + m * r)) * lanes;
                        Vector<double> wr = new(twiddles[2 * power]), wi = new(twiddles[2 * power + 1]), ar = Vector.Load(re + at), ai = Vector.Load(im + at);
                        sumRe += ar * wr - ai * wi;
                        sumIm += ar * wi + ai * wr;
                    }
                    int target = (k + stride * (radix * j + t)) * lanes;
                    sumRe.Store(otherRe + target);
                    sumIm.Store(otherIm + target);
                }
            }
            double* nextRe = otherRe, nextIm = otherIm;
            otherRe = re;
            otherIm = im;
            re = nextRe;
            im = nextIm;
            swapped = !swapped;
            n = m;
            stride *= radix;
        }
        return swapped;
    }
}
