// Euclidean soft assignment, one sample a thread, vectors along the channels. Read next: GpuDevice.SoftAssignEuclidean.cs.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const float DistanceFloor = (float)SoftAssignEuclideanReference.DistanceFloor;
    private const float WeightFloor = (float)SoftAssignEuclideanReference.WeightFloor;

    private protected override void SoftAssignEuclideanForwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        using DeviceBuffer<float> scratch = Rent<float>(checked(shape.Batch * (shape.MapLength + shape.Clusters)));
        Run(shape.Batch, new EuclideanForwardWork(shape, sharpness, Pointer(u), Pointer(centres), Pointer(assignments), Pointer(saved), Pointer(scratch)));
    }

    private readonly struct EuclideanForwardWork(SoftAssignEuclideanShape s, float sharpness, float* u, float* centres, float* assignments, float* saved, float* scratch) : IParts
    {
        public void Part(int sample)
        {
            float* rows = u + (nint)sample * s.SampleLength, before = saved + (nint)sample * s.Rounds * s.Width, map = assignments + (nint)sample * s.MapLength;
            float* distances = scratch + (nint)sample * (s.MapLength + s.Clusters), weights = distances + s.MapLength;
            for (int k = 0; k < s.Clusters; k++) VectorLoops.Scale(1f, rows + (nint)k * s.SeedStep * s.Channels, before + k * s.Channels, s.Channels);
            for (int round = 0; round < s.Rounds; round++)
            {
                float* after = round == s.Rounds - 1 ? centres + (nint)sample * s.Width : before + s.Width;
                AssignEuclidean(s, sharpness, rows, before, distances, map, weights);
                // A sum is added up in registers over 64 positions at a time.
                for (int n = 0; n < s.Positions; n += 64)
                {
                    int count = Math.Min(64, s.Positions - n);
                    float* from = rows + (nint)n * s.Channels;
                    if (Vector512.IsHardwareAccelerated) NarrowProducts<FloatLanes512>.Combine(map + n, s.Positions, 1, s.Clusters, count, from, s.Channels, after, s.Channels, s.Channels, n > 0);
                    else if (Vector256.IsHardwareAccelerated) NarrowProducts<FloatLanes256>.Combine(map + n, s.Positions, 1, s.Clusters, count, from, s.Channels, after, s.Channels, s.Channels, n > 0);
                    else NarrowProducts<FloatLanes128>.Combine(map + n, s.Positions, 1, s.Clusters, count, from, s.Channels, after, s.Channels, s.Channels, n > 0);
                }
                for (int k = 0; k < s.Clusters; k++)
                {
                    bool empty = weights[k] < WeightFloor;
                    VectorLoops.Scale(empty ? 1f : 1f / weights[k], (empty ? before : after) + k * s.Channels, after + k * s.Channels, s.Channels);
                }
                before = after;
            }
        }
    }

    private protected override void SoftAssignEuclideanBackwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> saved, DeviceBuffer<float> centres, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU)
    {
        using DeviceBuffer<float> scratch = Rent<float>(checked(shape.Batch * EuclideanBackwardWork.ScratchLength(shape)));
        Run(shape.Batch, new EuclideanBackwardWork(shape, sharpness, Pointer(u), Pointer(saved), Pointer(centres), Pointer(gradCentres), Pointer(gradU), Pointer(scratch)));
    }

    private readonly struct EuclideanBackwardWork(SoftAssignEuclideanShape s, float sharpness, float* u, float* saved, float* centres, float* gradCentres, float* gradU, float* scratch) : IParts
    {
        /// <summary>Per sample: distances and shares, their sums and gradients per cluster, gradients of the centres after and before a round.</summary>
        public static int ScratchLength(in SoftAssignEuclideanShape s) => 2 * s.MapLength + 2 * s.Clusters + 2 * s.Width;

        public void Part(int sample)
        {
            float* rows = u + (nint)sample * s.SampleLength, gradRows = gradU + (nint)sample * s.SampleLength, first = saved + (nint)sample * s.Rounds * s.Width;
            float* distances = scratch + (nint)sample * ScratchLength(s), map = distances + s.MapLength, weights = map + s.MapLength, gradS = weights + s.Clusters;
            float* grad = gradS + s.Clusters, gradBefore = grad + s.Width;
            new Span<float>(gradRows, s.SampleLength).Clear();
            VectorLoops.Scale(1f, gradCentres + (nint)sample * s.Width, grad, s.Width);
            for (int round = s.Rounds - 1; round >= 0; round--)
            {
                float* before = first + (nint)round * s.Width, after = round == s.Rounds - 1 ? centres + (nint)sample * s.Width : before + s.Width;
                AssignEuclidean(s, sharpness, rows, before, distances, map, weights);
                for (int k = 0; k < s.Clusters; k++) VectorLoops.Scale(weights[k] < WeightFloor ? 1f : 0f, grad + k * s.Channels, gradBefore + k * s.Channels, s.Channels);
                for (int n = 0; n < s.Positions; n++)
                {
                    float* row = rows + (nint)n * s.Channels, gradRow = gradRows + (nint)n * s.Channels;
                    float mean = 0f;
                    for (int k = 0; k < s.Clusters; k++)
                    {
                        float weight = map[k * s.Positions + n];
                        gradS[k] = 0f;
                        if (weights[k] < WeightFloor) continue;
                        gradS[k] = DotOfDifference(row, after + k * s.Channels, grad + k * s.Channels, s.Channels) / weights[k];
                        mean += weight * gradS[k];
                    }
                    for (int k = 0; k < s.Clusters; k++)
                    {
                        float weight = map[k * s.Positions + n], distance = distances[k * s.Positions + n];
                        float slope = distance <= DistanceFloor ? 0f : -sharpness * weight * (gradS[k] - mean) / distance;
                        float share = weights[k] < WeightFloor ? 0f : weight / weights[k];
                        AddEuclideanGradients(share, grad + k * s.Channels, slope, row, before + k * s.Channels, gradRow, gradBefore + k * s.Channels, s.Channels);
                    }
                }
                float* swap = grad;
                grad = gradBefore;
                gradBefore = swap;
            }
            for (int k = 0; k < s.Clusters; k++) VectorLoops.AddScaled(1f, grad + k * s.Channels, gradRows + (nint)k * s.SeedStep * s.Channels, s.Channels);
        }
    }

    /// <summary>Distances and assignments [clusters, positions] to the given centres, and the assignments' sums per cluster.</summary>
    private static void AssignEuclidean(in SoftAssignEuclideanShape s, float sharpness, float* rows, float* centres, float* distances, float* map, float* weights)
    {
        new Span<float>(weights, s.Clusters).Clear();
        for (int n = 0; n < s.Positions; n++)
        {
            float nearest = float.MaxValue, sum = 0f;
            for (int k = 0; k < s.Clusters; k++)
            {
                float square = VectorLoops.SquaredDistance(rows + (nint)n * s.Channels, centres + k * s.Channels, s.Channels);
                float distance = MathF.Max(MathF.Sqrt(square), DistanceFloor);
                distances[k * s.Positions + n] = distance;
                nearest = MathF.Min(nearest, distance);
            }
            for (int k = 0; k < s.Clusters; k++)
            {
                float e = MathF.Exp(-sharpness * (distances[k * s.Positions + n] - nearest));
                map[k * s.Positions + n] = e;
                sum += e;
            }
            for (int k = 0; k < s.Clusters; k++)
            {
                map[k * s.Positions + n] /= sum;
                weights[k] += map[k * s.Positions + n];
            }
        }
    }

    /// <summary>Sum of (a[i] - b[i]) * g[i].</summary>
    private static float DotOfDifference(float* a, float* b, float* g, int length)
    {
        int i = 0;
        float sum = 0f;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> even = Vector512<float>.Zero, odd = Vector512<float>.Zero;
            for (; i <= length - 32; i += 32)
            {
                even = Vector512.MultiplyAddEstimate(Vector512.Load(a + i) - Vector512.Load(b + i), Vector512.Load(g + i), even);
                odd = Vector512.MultiplyAddEstimate(Vector512.Load(a + i + 16) - Vector512.Load(b + i + 16), Vector512.Load(g + i + 16), odd);
            }
            sum = Vector512.Sum(even + odd);
        }
        Vector<float> all = Vector<float>.Zero;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) all = Vector.MultiplyAddEstimate(Vector.Load(a + i) - Vector.Load(b + i), Vector.Load(g + i), all);
        sum += Vector.Sum(all);
        for (; i < length; i++) sum += (a[i] - b[i]) * g[i];
        return sum;
    }

    /// <summary>With d = row - centre: gradRow += share * grad + slope * d, gradCentre -= slope * d. One pass over five rows.</summary>
    private static void AddEuclideanGradients(float share, float* grad, float slope, float* row, float* centre, float* gradRow, float* gradCentre, int length)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> shares = Vector512.Create(share), slopes = Vector512.Create(slope);
            for (; i <= length - 16; i += 16)
            {
                Vector512<float> along = slopes * (Vector512.Load(row + i) - Vector512.Load(centre + i));
                Vector512.MultiplyAddEstimate(shares, Vector512.Load(grad + i), Vector512.Load(gradRow + i) + along).Store(gradRow + i);
                (Vector512.Load(gradCentre + i) - along).Store(gradCentre + i);
            }
        }
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> along = slope * (Vector.Load(row + i) - Vector.Load(centre + i));
            (Vector.Load(gradRow + i) + along + share * Vector.Load(grad + i)).Store(gradRow + i);
            (Vector.Load(gradCentre + i) - along).Store(gradCentre + i);
        }
        for (; i < length; i++)
        {
            float along = slope * (row[i] - centre[i]);
            gradRow[i] += share * grad[i] + along;
            gradCentre[i] -= along;
        }
    }
}
