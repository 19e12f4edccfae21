// Euclidean soft assignment, one group a sample, all rounds in one launch. Sums over channels and over positions are trees in shared memory, where the sample's features
// stay too if they fit (GpuSoftAssignChoice). Bound: bandwidth of shared memory or L2 (u is read once a cluster and round) and latency. Read next: ../CentreSimilarity/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private const float DistanceFloor = (float)SoftAssignEuclideanReference.DistanceFloor;
    private const float WeightFloor = (float)SoftAssignEuclideanReference.WeightFloor;

    private static void SoftAssignEuclideanForwardKernel(
        SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> u, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        ArrayView<float> rows = u.SubView(Grid.IdxX * s.SampleLength, s.SampleLength);
        SoftAssignEuclideanForward(shared, rows, s, sharpness, lanes, centres, assignments, saved);
    }

    /// <summary>The same with the sample's vectors in shared memory.</summary>
    private static void SoftAssignEuclideanForwardHeldKernel(
        SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> u, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads), rows = SharedMemory.Allocate<float>(GpuSoftAssignChoice.HeldFloats);
        int length = s.SampleLength, first = Grid.IdxX * length;
        for (int i = Group.IdxX; i < length; i += Group.DimX) rows[i] = u[first + i];
        Group.Barrier();
        SoftAssignEuclideanForward(shared, rows, s, sharpness, lanes, centres, assignments, saved);
    }

    private static void SoftAssignEuclideanForward(
        ArrayView<float> shared, ArrayView<float> rows, SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        int sample = Grid.IdxX, lane = Group.IdxX & (lanes - 1), slice = Group.IdxX / lanes, slices = Group.DimX / lanes;
        ArrayView<float> map = assignments.SubView(sample * s.MapLength, s.MapLength);                  // [clusters, positions]
        ArrayView<float> result = centres.SubView(sample * s.Width, s.Width);                           // [clusters, channels]
        ArrayView<float> rounds = saved.SubView(sample * s.Rounds * s.Width, s.Rounds * s.Width);       // [rounds, clusters, channels]

        for (int i = Group.IdxX; i < s.Width; i += Group.DimX)
        {
            int k = i / s.Channels;
            rounds[i] = rows[k * s.SeedStep * s.Channels + i - k * s.Channels];
        }
        Group.Barrier();
        for (int round = 0; round < s.Rounds; round++)
        {
            bool last = round == s.Rounds - 1;
            int before = round * s.Width, after = before + s.Width;
            for (int first = 0; first < s.Positions; first += slices)
            {
                int n = first + slice;
                for (int k = 0; k < s.Clusters; k++)
                {
                    float square = 0f;
                    if (n < s.Positions)
                        for (int c = lane; c < s.Channels; c += lanes)
                        {
                            float difference = rows[n * s.Channels + c] - rounds[before + k * s.Channels + c];
                            square += difference * difference;
                        }
                    square = GroupTree.SumLanes(shared, lanes, square);
                    if (lane == 0 && n < s.Positions) map[k * s.Positions + n] = -sharpness * MathF.Max(MathF.Sqrt(square), DistanceFloor);
                }
            }
            Group.Barrier();
            for (int n = Group.IdxX; n < s.Positions; n += Group.DimX) SoftmaxOverClusters(map, n, s.Clusters, s.Positions);
            Group.Barrier();
            for (int k = 0; k < s.Clusters; k++)
            {
                float weight = 0f;
                for (int n = Group.IdxX; n < s.Positions; n += Group.DimX) weight += map[k * s.Positions + n];
                weight = GroupTree.Sum(shared, weight);
                for (int first = 0; first < s.Channels; first += lanes)
                {
                    int c = first + lane;
                    float sum = 0f;
                    if (c < s.Channels)
                        for (int n = slice; n < s.Positions; n += slices) sum += map[k * s.Positions + n] * rows[n * s.Channels + c];
                    sum = GroupTree.SumSlices(shared, lanes, sum);
                    if (slice == 0 && c < s.Channels)
                    {
                        float centre = weight < WeightFloor ? rounds[before + k * s.Channels + c] : sum / weight;
                        if (last) result[k * s.Channels + c] = centre;
                        else rounds[after + k * s.Channels + c] = centre;
                    }
                }
            }
            Group.Barrier();
        }
    }

    private static void SoftAssignEuclideanBackwardKernel(
        SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> u, ArrayView<float> saved, ArrayView<float> centres, ArrayView<float> grads,
        ArrayView<float> gradU, ArrayView<float> scratch)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        ArrayView<float> rows = u.SubView(Grid.IdxX * s.SampleLength, s.SampleLength);
        SoftAssignEuclideanBackward(shared, rows, s, sharpness, lanes, saved, centres, grads, gradU, scratch);
    }

    /// <summary>The same with the sample's vectors in shared memory.</summary>
    private static void SoftAssignEuclideanBackwardHeldKernel(
        SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> u, ArrayView<float> saved, ArrayView<float> centres, ArrayView<float> grads,
        ArrayView<float> gradU, ArrayView<float> scratch)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads), rows = SharedMemory.Allocate<float>(GpuSoftAssignChoice.HeldFloats);
        int length = s.SampleLength, first = Grid.IdxX * length;
        for (int i = Group.IdxX; i < length; i += Group.DimX) rows[i] = u[first + i];
        Group.Barrier();
        SoftAssignEuclideanBackward(shared, rows, s, sharpness, lanes, saved, centres, grads, gradU, scratch);
    }

    /// <param name="s">Sizes.</param>
    /// <param name="sharpness">Factor of the distances.</param>
    /// <param name="lanes">Channels that a group reads side by side.</param>
    /// <param name="shared">A float a thread, for trees.</param>
    /// <param name="rows">The sample's vectors, in shared or in global memory: [positions, channels]</param>
    /// <param name="saved">Centres that enter each round.</param>
    /// <param name="centres">Centres that leave the last round.</param>
    /// <param name="grads">In: gradient of the centres; then that of the centres between rounds. [batch, clusters, channels]</param>
    /// <param name="gradU">[batch, positions, channels]</param>
    /// <param name="scratch">Per sample: distances, assignments and slopes [clusters, positions] each, then the assignments' sums [clusters].</param>
    private static void SoftAssignEuclideanBackward(
        ArrayView<float> shared, ArrayView<float> rows, SoftAssignEuclideanShape s, float sharpness, int lanes, ArrayView<float> saved, ArrayView<float> centres, ArrayView<float> grads,
        ArrayView<float> gradU, ArrayView<float> scratch)
    {
        int sample = Grid.IdxX, lane = Group.IdxX & (lanes - 1), slice = Group.IdxX / lanes, slices = Group.DimX / lanes;
        int firstScratch = sample * (3 * s.MapLength + s.Clusters);
        ArrayView<float> gradRows = gradU.SubView(sample * s.SampleLength, s.SampleLength);
        ArrayView<float> grad = grads.SubView(sample * s.Width, s.Width);
        ArrayView<float> distances = scratch.SubView(firstScratch, s.MapLength), map = scratch.SubView(firstScratch + s.MapLength, s.MapLength);
        ArrayView<float> slopes = scratch.SubView(firstScratch + 2 * s.MapLength, s.MapLength), weights = scratch.SubView(firstScratch + 3 * s.MapLength, s.Clusters);

        for (int round = s.Rounds - 1; round >= 0; round--)
        {
            bool last = round == s.Rounds - 1;
            int firstRound = (sample * s.Rounds + round) * s.Width;
            ArrayView<float> before = saved.SubView(firstRound, s.Width);

            // Distances to the centres before, and (u - centre after) . gradient, which is the gradient of an assignment times the cluster's weight.
            for (int first = 0; first < s.Positions; first += slices)
            {
                int n = first + slice;
                for (int k = 0; k < s.Clusters; k++)
                {
                    float square = 0f, along = 0f;
                    if (n < s.Positions)
                        for (int c = lane; c < s.Channels; c += lanes)
                        {
                            int at = k * s.Channels + c;
                            float value = rows[n * s.Channels + c], difference = value - before[at];
                            float after = last ? centres[sample * s.Width + at] : saved[firstRound + s.Width + at];
                            square += difference * difference;
                            along += (value - after) * grad[at];
                        }
                    square = GroupTree.SumLanes(shared, lanes, square);
                    along = GroupTree.SumLanes(shared, lanes, along);
                    if (lane == 0 && n < s.Positions)
                    {
                        float distance = MathF.Max(MathF.Sqrt(square), DistanceFloor);
                        distances[k * s.Positions + n] = distance;
                        map[k * s.Positions + n] = -sharpness * distance;
                        slopes[k * s.Positions + n] = along;
                    }
                }
            }
            Group.Barrier();
            for (int n = Group.IdxX; n < s.Positions; n += Group.DimX) SoftmaxOverClusters(map, n, s.Clusters, s.Positions);
            Group.Barrier();
            for (int k = 0; k < s.Clusters; k++)
            {
                float weight = 0f;
                for (int n = Group.IdxX; n < s.Positions; n += Group.DimX) weight += map[k * s.Positions + n];
                weight = GroupTree.Sum(shared, weight);
                if (Group.IdxX == 0) weights[k] = weight;
            }
            Group.Barrier();

            // Through the softmax. Afterwards map holds s / weight, slopes the gradient of the distance over the distance.
            for (int n = Group.IdxX; n < s.Positions; n += Group.DimX)
            {
                float mean = 0f;
                for (int k = 0; k < s.Clusters; k++)
                {
                    int at = k * s.Positions + n;
                    float gradS = weights[k] < WeightFloor ? 0f : slopes[at] / weights[k];
                    slopes[at] = gradS;
                    mean += map[at] * gradS;
                }
                for (int k = 0; k < s.Clusters; k++)
                {
                    int at = k * s.Positions + n;
                    slopes[at] = distances[at] <= DistanceFloor ? 0f : -sharpness * map[at] * (slopes[at] - mean) / distances[at];
                    map[at] = weights[k] < WeightFloor ? 0f : map[at] / weights[k];
                }
            }
            Group.Barrier();
            for (int i = Group.IdxX; i < s.SampleLength; i += Group.DimX)
            {
                int n = i / s.Channels, c = i - n * s.Channels;
                float gradient = last ? 0f : gradRows[i];
                for (int k = 0; k < s.Clusters; k++)
                    gradient += map[k * s.Positions + n] * grad[k * s.Channels + c] + slopes[k * s.Positions + n] * (rows[i] - before[k * s.Channels + c]);
                gradRows[i] = gradient;
            }
            Group.Barrier();
            for (int k = 0; k < s.Clusters; k++)
            for (int first = 0; first < s.Channels; first += lanes)
            {
                int c = first + lane;
                float sum = 0f;
                if (c < s.Channels)
                    for (int n = slice; n < s.Positions; n += slices) sum += slopes[k * s.Positions + n] * (rows[n * s.Channels + c] - before[k * s.Channels + c]);
                sum = GroupTree.SumSlices(shared, lanes, sum);
                if (slice == 0 && c < s.Channels) grad[k * s.Channels + c] = (weights[k] < WeightFloor ? grad[k * s.Channels + c] : 0f) - sum;
            }
            Group.Barrier();
        }
        for (int i = Group.IdxX; i < s.Width; i += Group.DimX)
        {
            int k = i / s.Channels, at = k * s.SeedStep * s.Channels + i - k * s.Channels;
            gradRows[at] = gradRows[at] + grad[i];
        }
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? softAssignEuclideanForward, softAssignEuclideanForwardHeld;
    private GpuKernel<Action<KernelConfig, SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? softAssignEuclideanBackward, softAssignEuclideanBackwardHeld;

    private protected override void SoftAssignEuclideanForwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        int threads = TreeThreads(GroupTree.MaxThreads);
        if (HoldsSample(shape.SampleLength))
        {
            softAssignEuclideanForwardHeld ??= Load(nameof(SoftAssignEuclideanForwardHeldKernel), () => accelerator.LoadStreamKernel<SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignEuclideanForwardHeldKernel));
            softAssignEuclideanForwardHeld.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(u), View(centres), View(assignments), View(saved));
            return;
        }
        softAssignEuclideanForward ??= Load(nameof(SoftAssignEuclideanForwardKernel), () => accelerator.LoadStreamKernel<SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignEuclideanForwardKernel));
        softAssignEuclideanForward.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(u), View(centres), View(assignments), View(saved));
    }

    private protected override void SoftAssignEuclideanBackwardCore(in SoftAssignEuclideanShape shape, float sharpness, DeviceBuffer<float> u, DeviceBuffer<float> saved, DeviceBuffer<float> centres, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradU)
    {
        using DeviceBuffer<float> scratch = Rent<float>(checked(shape.Batch * (3 * shape.MapLength + shape.Clusters))), grads = Rent<float>(shape.LengthCentres);
        AxpbyCore(1f, gradCentres, 0f, grads);
        int threads = TreeThreads(GroupTree.MaxThreads);
        if (HoldsSample(shape.SampleLength))
        {
            softAssignEuclideanBackwardHeld ??= Load(nameof(SoftAssignEuclideanBackwardHeldKernel), () => accelerator.LoadStreamKernel<SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignEuclideanBackwardHeldKernel));
            softAssignEuclideanBackwardHeld.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(u), View(saved), View(centres), View(grads), View(gradU), View(scratch));
            return;
        }
        softAssignEuclideanBackward ??= Load(nameof(SoftAssignEuclideanBackwardKernel), () => accelerator.LoadStreamKernel<SoftAssignEuclideanShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignEuclideanBackwardKernel));
        softAssignEuclideanBackward.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(u), View(saved), View(centres), View(grads), View(gradU), View(scratch));
    }
}
