// Euclidean soft assignment, one sample a thread, vectors along the channels. Read next: GpuDevice.SoftAssignEuclidean.cs.
using System.Numerics;

namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private const float DistanceFloor = (float)SoftAssignEuclideanReference.DistanceFloor;
    private const float WeightFloor = (float)SoftAssignEuclideanReference.WeightFloor;

    private protected override void SoftAssignEuclideanForwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        SoftAssignEuclideanShape s = shape;
        using DeviceBuffer<float> scratch = Rent<float>(s.Batch * (s.MapLength + s.Clusters));
        float* us = Pointer(u), os = Pointer(centres), assigned = Pointer(assignments), kept = Pointer(saved), all = Pointer(scratch);
        Run(s.Batch, sample =>
        {
            float* rows = us + (nint)sample * s.SampleLength, before = kept + (nint)sample * s.Rounds * s.Width, map = assigned + (nint)sample * s.MapLength;
            float* distances = all + (nint)sample * (s.MapLength + s.Clusters), weights = distances + s.MapLength;
            for (int k = 0; k < s.Clusters; k++) VectorLoops.Scale(1f, rows + (nint)k * s.SeedStep * s.Channels, before + k * s.Channels, s.Channels);
            for (int round = 0; round < s.Rounds; round++)
            {
                float* after = round == s.Rounds - 1 ? os + (nint)sample * s.Width : before + s.Width;
                AssignEuclidean(s, sharpness, rows, before, distances, map, weights);
                new Span<float>(after, s.Width).Clear();
                for (int n = 0; n < s.Positions; n++)
                for (int k = 0; k < s.Clusters; k++)
                    VectorLoops.AddScaled(map[k * s.Positions + n], rows + (nint)n * s.Channels, after + k * s.Channels, s.Channels);
                for (int k = 0; k < s.Clusters; k++)
                {
                    bool empty = weights[k] < WeightFloor;
                    VectorLoops.Scale(empty ? 1f : 1f / weights[k], (empty ? before : after) + k * s.Channels, after + k * s.Channels, s.Channels);
                }
                before = after;
            }
        });
    }

    private protected override void SoftAssignEuclideanBackwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> saved, DeviceBuffer<float> centres, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU)
    {
        SoftAssignEuclideanShape s = shape;
        int scratchLength = 2 * s.MapLength + 2 * s.Clusters + 2 * s.Width;
        using DeviceBuffer<float> scratch = Rent<float>(checked(s.Batch * scratchLength));
        float* us = Pointer(u), kept = Pointer(saved), os = Pointer(centres), gradOs = Pointer(gradCentres), gradUs = Pointer(gradU), all = Pointer(scratch);
        Run(s.Batch, sample =>
        {
            float* rows = us + (nint)sample * s.SampleLength, gradRows = gradUs + (nint)sample * s.SampleLength, first = kept + (nint)sample * s.Rounds * s.Width;
            float* distances = all + (nint)sample * scratchLength, map = distances + s.MapLength, weights = map + s.MapLength, gradS = weights + s.Clusters;
            float* grad = gradS + s.Clusters, gradBefore = grad + s.Width;
            new Span<float>(gradRows, s.SampleLength).Clear();
            VectorLoops.Scale(1f, gradOs + (nint)sample * s.Width, grad, s.Width);
            for (int round = s.Rounds - 1; round >= 0; round--)
            {
                float* before = first + (nint)round * s.Width, after = round == s.Rounds - 1 ? os + (nint)sample * s.Width : before + s.Width;
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
                        VectorLoops.AddScaled(weight / weights[k], grad + k * s.Channels, gradRow, s.Channels);
                        mean += weight * gradS[k];
                    }
                    for (int k = 0; k < s.Clusters; k++)
                    {
                        float distance = distances[k * s.Positions + n], slope = -sharpness * map[k * s.Positions + n] * (gradS[k] - mean) / distance;
                        if (distance <= DistanceFloor) continue;
                        VectorLoops.AddScaled(slope, row, gradRow, s.Channels);
                        VectorLoops.AddScaled(-slope, before + k * s.Channels, gradRow, s.Channels);
                        VectorLoops.AddScaled(-slope, row, gradBefore + k * s.Channels, s.Channels);
                        VectorLoops.AddScaled(slope, before + k * s.Channels, gradBefore + k * s.Channels, s.Channels);
                    }
                }
                float* swap = grad;
                grad = gradBefore;
                gradBefore = swap;
            }
            for (int k = 0; k < s.Clusters; k++) VectorLoops.AddScaled(1f, grad + k * s.Channels, gradRows + (nint)k * s.SeedStep * s.Channels, s.Channels);
        });
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
        Vector<float> all = Vector<float>.Zero;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count) all = Vector.MultiplyAddEstimate(Vector.Load(a + i) - Vector.Load(b + i), Vector.Load(g + i), all);
        float sum = Vector.Sum(all);
        for (; i < length; i++) sum += (a[i] - b[i]) * g[i];
        return sum;
    }
}
