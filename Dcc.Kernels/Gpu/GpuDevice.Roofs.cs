// What a card can do at most, to measure others against: a copy (bound: memory) and chains of multiply-adds in registers (bound: arithmetic). Read next: ../../Dcc.Bench/Gpu/GpuRoofs.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>16 bytes a thread, read and written once.</summary>
    private static void RoofCopyKernel(Index1D i, ArrayView<Float4> from, ArrayView<Float4> to) => to.AsAligned(16)[i] = from.AsAligned(16)[i];

    /// <summary>Sixteen independent chains a thread, more than any unit's latency, eight links a turn, so that the loop itself costs next to nothing. The sum is stored: nothing is left out.</summary>
    private static void RoofMultiplyAddKernel(Index1D i, int turns, float factor, ArrayView<float> to)
    {
        float start = (int)i;
        Float4 a = new(start, start + 1f, start + 2f, start + 3f), b = a, c = a, d = a, slope = new(factor, factor, factor, factor);
        for (int turn = 0; turn < turns; turn++)
        {
            a = EightLinks(slope, a);
            b = EightLinks(slope, b);
            c = EightLinks(slope, c);
            d = EightLinks(slope, d);
        }
        to[i] = a.X + a.Y + a.Z + a.W + b.X + b.Y + b.Z + b.W + c.X + c.Y + c.Z + c.W + d.X + d.Y + d.Z + d.W;
    }

    private static Float4 EightLinks(Float4 slope, Float4 x) => FourLinks(slope, FourLinks(slope, x));

    private static Float4 FourLinks(Float4 slope, Float4 x) => slope.Through(slope.Through(slope.Through(slope.Through(x))));

    /// <summary>Multiply-adds of one turn of one thread.</summary>
    internal const int RoofTurn = 16 * 8;

    private GpuKernel<Action<Index1D, ArrayView<Float4>, ArrayView<Float4>>>? roofCopy;
    private GpuKernel<Action<Index1D, int, float, ArrayView<float>>>? roofMultiplyAdd;

    /// <summary>to = from; lengths are multiples of four.</summary>
    internal void RoofCopy(DeviceBuffer<float> from, DeviceBuffer<float> to)
    {
        roofCopy ??= Load(nameof(RoofCopyKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<Float4>, ArrayView<Float4>>(RoofCopyKernel));
        roofCopy.Launch(from.Length / 4, View(from).Cast<Float4>(), View(to).Cast<Float4>());
    }

    /// <summary>So many turns in each of to.Length threads.</summary>
    internal void RoofMultiplyAdds(int turns, DeviceBuffer<float> to)
    {
        roofMultiplyAdd ??= Load(nameof(RoofMultiplyAddKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, float, ArrayView<float>>(RoofMultiplyAddKernel));
        roofMultiplyAdd.Launch(to.Length, turns, 0.999f, View(to));
    }
}
