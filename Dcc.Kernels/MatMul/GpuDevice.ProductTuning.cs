// Measures the rungs of the ladder at a product's own shape, on its own data. Read next: ../Gpu/GpuTuning.cs, GpuKernelChoice.cs.
using System.Diagnostics;
using System.Globalization;
using ILGPU;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Measured tile choices. Null, as it is at first: the shape alone decides.</summary>
    public GpuTuning? Tuning { get; set; }

    /// <summary>A rung is timed this often after a run that loads it; the shortest counts.</summary>
    private const int TuningRuns = 3;

    /// <summary>
    /// The fastest rung for a product, measured when it comes for the first time: each writes the same C, so the measurement is the work itself, done a few times. Waits for the
    /// device, unlike any other launch.
    /// </summary>
    private ProductVariant TunedVariant<TSource>(
        GpuTuning tuning, ProductKernels<TSource> kernels, in ProductSizes s, ProductReads reads, TSource source, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c)
        where TSource : unmanaged, IProductSource
    {
        string product = string.Create(CultureInfo.InvariantCulture, $"{typeof(TSource).Name} {s.Batch} x [{s.M}, {s.K}] x [{s.K}, {s.N}]{(reads == ProductReads.Single ? ", unaligned" : "")}");
        if (tuning.Find(product) is { } known && GpuKernelChoice.Candidates(s, reads, Limits).Contains(known)) return known;
        List<(ProductVariant, double)> measured = [];
        foreach (ProductVariant variant in GpuKernelChoice.Candidates(s, reads, Limits))
        {
            double best = double.MaxValue;
            for (int run = 0; run <= TuningRuns; run++)
            {
                Synchronize();
                long begin = Stopwatch.GetTimestamp();
                kernels.Run(variant, s, source, a, b, bias, c);
                Synchronize();
                if (run > 0) best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalMicroseconds);
            }
            measured.Add((variant, best));
        }
        return measured.Count == 1 ? measured[0].Item1 : tuning.Add(product, measured);
    }
}
