// Soft assignment, one sample a thread. Inner products run along a cluster's dims, in whole vectors if they fill them; the softmax along a block of 16 positions.
// Read next: GpuDevice.SoftAssign.cs.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Positions whose assignments are computed together: a multiple of every vector width.</summary>
    private const int PositionBlock = 16;

    private protected override void SoftAssignForwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        using DeviceBuffer<float> scratch = Rent<float>(checked(shape.Batch * shape.Clusters * PositionBlock));
        if (Vector512.IsHardwareAccelerated && shape.Dims % Vector512<float>.Count == 0)
            Run(shape.Batch, new SoftAssignForwardWork<FloatLanes512>(shape, sharpness, Pointer(h), Pointer(centres), Pointer(assignments), Pointer(saved), Pointer(scratch)));
        else if (Vector256.IsHardwareAccelerated && shape.Dims % Vector256<float>.Count == 0)
            Run(shape.Batch, new SoftAssignForwardWork<FloatLanes256>(shape, sharpness, Pointer(h), Pointer(centres), Pointer(assignments), Pointer(saved), Pointer(scratch)));
        else
            Run(shape.Batch, new SoftAssignForwardWork<FloatLanes128>(shape, sharpness, Pointer(h), Pointer(centres), Pointer(assignments), Pointer(saved), Pointer(scratch)));
    }

    private protected override void SoftAssignBackwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradH)
    {
        using DeviceBuffer<float> scratch = Rent<float>(checked(shape.Batch * SoftAssignBackwardWork<FloatLanes128>.ScratchLength(shape)));
        if (Vector512.IsHardwareAccelerated && shape.Dims % Vector512<float>.Count == 0)
            Run(shape.Batch, new SoftAssignBackwardWork<FloatLanes512>(shape, sharpness, Pointer(h), Pointer(saved), Pointer(gradCentres), Pointer(gradH), Pointer(scratch)));
        else if (Vector256.IsHardwareAccelerated && shape.Dims % Vector256<float>.Count == 0)
            Run(shape.Batch, new SoftAssignBackwardWork<FloatLanes256>(shape, sharpness, Pointer(h), Pointer(saved), Pointer(gradCentres), Pointer(gradH), Pointer(scratch)));
        else
            Run(shape.Batch, new SoftAssignBackwardWork<FloatLanes128>(shape, sharpness, Pointer(h), Pointer(saved), Pointer(gradCentres), Pointer(gradH), Pointer(scratch)));
    }

    /// <summary>All rounds of one sample. Its h, 164 KB at the paper's size, stays in the second cache.</summary>
    private readonly struct SoftAssignForwardWork<T>(SoftAssignShape s, float sharpness, float* h, float* centres, float* assignments, float* saved, float* scratch) : IParts where T : struct, IFloatLanes<T>
    {
        public void Part(int sample)
        {
            int clusters = s.Clusters, dims = s.Dims, width = s.Width;
            float* own = h + (nint)sample * s.Positions * width, block = scratch + (nint)sample * clusters * PositionBlock;
            float* rounds = saved + (nint)sample * (s.Rounds - 1) * s.SavedPerRound, units = null;
            for (int round = 0; round < s.Rounds; round++)
            {
                bool last = round == s.Rounds - 1;
                float* sums = last ? centres + (nint)sample * width : rounds + (nint)round * s.SavedPerRound;
                for (int first = 0; first < s.Positions; first += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, s.Positions - first);
                    float* rows = own + (nint)first * width;
                    AssignBlock<T>(s, sharpness, rows, units, count, block);
                    for (int k = 0; k < clusters; k++)
                        NarrowProducts<T>.Combine(block + k * PositionBlock, 0, 1, 1, count, rows + k * dims, width, sums + k * dims, width, dims, adds: first > 0);
                    for (int k = 0; last && k < clusters; k++)
                        new ReadOnlySpan<float>(block + k * PositionBlock, count).CopyTo(new Span<float>(assignments + ((nint)sample * clusters + k) * s.Positions + first, count));
                }
                for (int k = 0; !last && k < clusters; k++)
                {
                    float* centre = sums + k * dims;
                    float norm = MathF.Max(MathF.Sqrt(VectorLoops.Dot(centre, centre, dims)), (float)SoftAssignReference.NormFloor);
                    VectorLoops.Scale(1f / norm, centre, centre, dims);
                    sums[width + k] = norm;
                }
                units = sums;
            }
        }
    }

    private readonly struct SoftAssignBackwardWork<T>(SoftAssignShape s, float sharpness, float* h, float* saved, float* gradCentres, float* gradH, float* scratch) : IParts where T : struct, IFloatLanes<T>
    {
        /// <summary>Per sample: shares and slopes [clusters, 16], gradients of centres and of unit centres.</summary>
        public static int ScratchLength(in SoftAssignShape s) => 2 * s.Clusters * PositionBlock + 2 * s.Width;

        public void Part(int sample)
        {
            int clusters = s.Clusters, dims = s.Dims, width = s.Width;
            float* own = h + (nint)sample * s.Positions * width, gradOwn = gradH + (nint)sample * s.Positions * width;
            float* block = scratch + (nint)sample * ScratchLength(s), slopes = block + clusters * PositionBlock, grad = slopes + clusters * PositionBlock, gradUnits = grad + width;
            new ReadOnlySpan<float>(gradCentres + (nint)sample * width, width).CopyTo(new Span<float>(grad, width));
            for (int round = s.Rounds - 1; round > 0; round--)
            {
                float* units = saved + ((nint)sample * (s.Rounds - 1) + round - 1) * s.SavedPerRound;
                for (int first = 0; first < s.Positions; first += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, s.Positions - first);
                    float* rows = own + (nint)first * width, gradRows = gradOwn + (nint)first * width;
                    AssignBlock<T>(s, sharpness, rows, units, count, block);
                    for (int k = 0; k < clusters; k++)
                        NarrowProducts<T>.Dots(rows + k * dims, width, count, grad + k * dims, dims, 1, dims, slopes + k * PositionBlock);
                    ThroughSoftmax(clusters, sharpness, block, slopes);
                    for (int k = 0; k < clusters; k++)
                    {
                        float* shares = block + k * PositionBlock, steep = slopes + k * PositionBlock;
                        AddTwoScaled(shares, grad + k * dims, steep, units + k * dims, count, gradRows + k * dims, width, dims, adds: round < s.Rounds - 1);
                        NarrowProducts<T>.Combine(steep, 0, 1, 1, count, rows + k * dims, width, gradUnits + k * dims, width, dims, adds: first > 0);
                    }
                }
                for (int k = 0; k < clusters; k++)
                {
                    float* unit = units + k * dims, from = gradUnits + k * dims, to = grad + k * dims;
                    float norm = units[width + k], along = norm > (float)SoftAssignReference.NormFloor ? VectorLoops.Dot(unit, from, dims) : 0f;
                    VectorLoops.Scale(1f / norm, from, to, dims);
                    VectorLoops.AddScaled(-along / norm, unit, to, dims);
                }
            }
            // Round 0 assigns 1/K to all.
            VectorLoops.Scale(1f / clusters, grad, grad, width);
            for (int n = 0; n < s.Positions; n++)
            {
                if (s.Rounds == 1) new ReadOnlySpan<float>(grad, width).CopyTo(new Span<float>(gradOwn + (nint)n * width, width));
                else VectorLoops.AddScaled(1f, grad, gradOwn + (nint)n * width, width);
            }
        }

        /// <summary>y[p] (+)= a[p] * x + b[p] * z for the rows p below count.</summary>
        private static void AddTwoScaled(float* a, float* x, float* b, float* z, int count, float* y, int yStep, int length, bool adds)
        {
            int c = 0;
            for (; c <= length - T.Count; c += T.Count)
            {
                T first = T.Load(x + c), second = T.Load(z + c);
                float* to = y + c;
                for (int p = 0; p < count; p++, to += yStep)
                    T.MultiplyAdd(T.Broadcast(a[p]), first, T.MultiplyAdd(T.Broadcast(b[p]), second, adds ? T.Load(to) : T.Zero)).Store(to);
            }
            for (; c < length; c++)
            for (int p = 0; p < count; p++)
                y[p * yStep + c] = a[p] * x[c] + b[p] * z[c] + (adds ? y[p * yStep + c] : 0f);
        }
    }

    /// <summary>block [clusters, 16] = softmax over the clusters of sharpness * unit . row; 1/K for all if there are no units yet.</summary>
    private static void AssignBlock<T>(in SoftAssignShape s, float sharpness, float* rows, float* units, int count, float* block) where T : struct, IFloatLanes<T>
    {
        if (units is null)
        {
            new Span<float>(block, s.Clusters * PositionBlock).Fill(1f / s.Clusters);
            return;
        }
        for (int k = 0; k < s.Clusters; k++)
            NarrowProducts<T>.Dots(rows + k * s.Dims, s.Width, count, units + k * s.Dims, s.Dims, 1, s.Dims, block + k * PositionBlock);
        VectorLoops.Scale(sharpness, block, block, s.Clusters * PositionBlock);
        SoftmaxOverClusters(s.Clusters, block);
    }

    /// <summary>Softmax over the clusters, for each of 16 positions; values [clusters, 16].</summary>
    private static void SoftmaxOverClusters(int clusters, float* values)
    {
        for (int p = 0; p < PositionBlock; p += Vector<float>.Count)
        {
            Vector<float> max = Vector.Load(values + p), sum = Vector<float>.Zero;
            for (int k = 1; k < clusters; k++) max = Vector.Max(max, Vector.Load(values + k * PositionBlock + p));
            for (int k = 0; k < clusters; k++)
            {
                Vector<float> e = Vector.Exp(Vector.Load(values + k * PositionBlock + p) - max);
                e.Store(values + k * PositionBlock + p);
                sum += e;
            }
            Vector<float> scale = Vector<float>.One / sum;
            for (int k = 0; k < clusters; k++) (scale * Vector.Load(values + k * PositionBlock + p)).Store(values + k * PositionBlock + p);
        }
    }

    /// <summary>In: gradients of the shares [clusters, 16]. Out: those of the inner products that the shares' logits are.</summary>
    private static void ThroughSoftmax(int clusters, float sharpness, float* shares, float* slopes)
    {
        for (int p = 0; p < PositionBlock; p += Vector<float>.Count)
        {
            Vector<float> mean = Vector<float>.Zero;
            for (int k = 0; k < clusters; k++) mean += Vector.Load(shares + k * PositionBlock + p) * Vector.Load(slopes + k * PositionBlock + p);
            for (int k = 0; k < clusters; k++)
            {
                float* slope = slopes + k * PositionBlock + p;
                (sharpness * Vector.Load(shares + k * PositionBlock + p) * (Vector.Load(slope) - mean)).Store(slope);
            }
        }
    }
}
