// Soft assignment, one sample a thread. Inner products run along a cluster's dims, the softmax along a block of 16 positions.
// Read next: GpuDevice.SoftAssign.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    /// <summary>Positions whose assignments are computed together: a multiple of every vector width.</summary>
    private const int PositionBlock = 16;

    private protected override void SoftAssignForwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        SoftAssignShape s = shape;
        int blockLength = s.Clusters * PositionBlock;
        using DeviceBuffer<float> scratch = Rent<float>(s.Batch * blockLength);
        float* hs = Pointer(h), os = Pointer(centres), assigned = Pointer(assignments), kept = Pointer(saved), blocks = Pointer(scratch);
        Run(s.Batch, sample =>
        {
            float* own = hs + (nint)sample * s.Positions * s.Width, block = blocks + (nint)sample * blockLength;
            float* rounds = kept + (nint)sample * (s.Rounds - 1) * s.SavedPerRound, units = null;
            for (int round = 0; round < s.Rounds; round++)
            {
                bool last = round == s.Rounds - 1;
                float* sums = last ? os + (nint)sample * s.Width : rounds + (nint)round * s.SavedPerRound;
                new Span<float>(sums, s.Width).Clear();
                for (int first = 0; first < s.Positions; first += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, s.Positions - first);
                    float* rows = own + (nint)first * s.Width;
                    AssignBlock(s, sharpness, rows, units, count, block);
                    for (int p = 0; p < count; p++)
                    for (int k = 0; k < s.Clusters; k++)
                        VectorLoops.AddScaled(block[k * PositionBlock + p], rows + (nint)p * s.Width + k * s.Dims, sums + k * s.Dims, s.Dims);
                    for (int k = 0; last && k < s.Clusters; k++)
                        new ReadOnlySpan<float>(block + k * PositionBlock, count).CopyTo(new Span<float>(assigned + ((nint)sample * s.Clusters + k) * s.Positions + first, count));
                }
                for (int k = 0; !last && k < s.Clusters; k++)
                {
                    float* centre = sums + k * s.Dims;
                    float norm = MathF.Max(MathF.Sqrt(VectorLoops.Dot(centre, centre, s.Dims)), (float)SoftAssignReference.NormFloor);
                    VectorLoops.Scale(1f / norm, centre, centre, s.Dims);
                    sums[s.Width + k] = norm;
                }
                units = sums;
            }
        });
    }

    private protected override void SoftAssignBackwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradH)
    {
        SoftAssignShape s = shape;
        int blockLength = s.Clusters * PositionBlock, scratchLength = 2 * blockLength + 2 * s.Width;
        using DeviceBuffer<float> scratch = Rent<float>(s.Batch * scratchLength);
        float* hs = Pointer(h), kept = Pointer(saved), gradOs = Pointer(gradCentres), gradHs = Pointer(gradH), all = Pointer(scratch);
        Run(s.Batch, sample =>
        {
            float* own = hs + (nint)sample * s.Positions * s.Width, gradOwn = gradHs + (nint)sample * s.Positions * s.Width;
            float* block = all + (nint)sample * scratchLength, slopes = block + blockLength, grad = slopes + blockLength, gradUnits = grad + s.Width;
            new ReadOnlySpan<float>(gradOs + (nint)sample * s.Width, s.Width).CopyTo(new Span<float>(grad, s.Width));
            for (int round = s.Rounds - 1; round > 0; round--)
            {
                bool writes = round == s.Rounds - 1;
                float* units = kept + ((nint)sample * (s.Rounds - 1) + round - 1) * s.SavedPerRound;
                new Span<float>(gradUnits, s.Width).Clear();
                for (int first = 0; first < s.Positions; first += PositionBlock)
                {
                    int count = Math.Min(PositionBlock, s.Positions - first);
                    float* rows = own + (nint)first * s.Width, gradRows = gradOwn + (nint)first * s.Width;
                    AssignBlock(s, sharpness, rows, units, count, block);
                    LogitGradients(s, sharpness, rows, grad, count, block, slopes);
                    for (int p = 0; p < count; p++)
                    for (int k = 0; k < s.Clusters; k++)
                    {
                        nint at = (nint)p * s.Width + k * s.Dims;
                        float slope = slopes[k * PositionBlock + p];
                        if (writes) VectorLoops.Scale(slope, units + k * s.Dims, gradRows + at, s.Dims);
                        else VectorLoops.AddScaled(slope, units + k * s.Dims, gradRows + at, s.Dims);
                        VectorLoops.AddScaled(block[k * PositionBlock + p], grad + k * s.Dims, gradRows + at, s.Dims);
                        VectorLoops.AddScaled(slope, rows + at, gradUnits + k * s.Dims, s.Dims);
                    }
                }
                for (int k = 0; k < s.Clusters; k++)
                {
                    float* unit = units + k * s.Dims, from = gradUnits + k * s.Dims, to = grad + k * s.Dims;
                    float norm = units[s.Width + k], along = norm > (float)SoftAssignReference.NormFloor ? VectorLoops.Dot(unit, from, s.Dims) : 0f;
                    VectorLoops.Scale(1f / norm, from, to, s.Dims);
                    VectorLoops.AddScaled(-along / norm, unit, to, s.Dims);
                }
            }
            // Round 0 assigns 1/K to all.
            VectorLoops.Scale(1f / s.Clusters, grad, grad, s.Width);
            for (int n = 0; n < s.Positions; n++)
            {
                if (s.Rounds == 1) new ReadOnlySpan<float>(grad, s.Width).CopyTo(new Span<float>(gradOwn + (nint)n * s.Width, s.Width));
                else VectorLoops.AddScaled(1f, grad, gradOwn + (nint)n * s.Width, s.Width);
            }
        });
    }

    /// <summary>block [clusters, 16] = softmax over the clusters of sharpness * unit . row; 1/K for all if there are no units yet.</summary>
    private static void AssignBlock(in SoftAssignShape s, float sharpness, float* rows, float* units, int count, float* block)
    {
        new Span<float>(block, s.Clusters * PositionBlock).Clear();
        for (int p = 0; units != null && p < count; p++)
        for (int k = 0; k < s.Clusters; k++)
            block[k * PositionBlock + p] = sharpness * VectorLoops.Dot(units + k * s.Dims, rows + (nint)p * s.Width + k * s.Dims, s.Dims);
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

    /// <summary>slopes [clusters, 16] = gradient of grad . sum to the inner products unit . row, through the softmax.</summary>
    private static void LogitGradients(in SoftAssignShape s, float sharpness, float* rows, float* grad, int count, float* block, float* slopes)
    {
        new Span<float>(slopes, s.Clusters * PositionBlock).Clear();
        for (int p = 0; p < count; p++)
        for (int k = 0; k < s.Clusters; k++)
            slopes[k * PositionBlock + p] = VectorLoops.Dot(grad + k * s.Dims, rows + (nint)p * s.Width + k * s.Dims, s.Dims);
        for (int p = 0; p < PositionBlock; p += Vector<float>.Count)
        {
            Vector<float> mean = Vector<float>.Zero;
            for (int k = 0; k < s.Clusters; k++) mean += Vector.Load(block + k * PositionBlock + p) * Vector.Load(slopes + k * PositionBlock + p);
            for (int k = 0; k < s.Clusters; k++)
            {
                float* slope = slopes + k * PositionBlock + p;
                (sharpness * Vector.Load(block + k * PositionBlock + p) * (Vector.Load(slope) - mean)).Store(slope);
            }
        }
    }
}
