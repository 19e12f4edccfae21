// Soft assignment, one group a sample, all rounds in one launch. h is read twice a round (inner products, weighted sums), from shared memory where a sample fits
// (GpuSoftAssignChoice), else from global; sums over positions are trees. Bound: bandwidth of shared memory or L2, and latency; a batch smaller than the card leaves cores idle.
// Read next: ../SoftAssignEuclidean/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private static void SoftAssignForwardKernel(
        SoftAssignShape s, float sharpness, int lanes, ArrayView<float> h, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        ArrayView<float> rows = h.SubView(Grid.IdxX * s.Positions * s.Width, s.Positions * s.Width);
        SoftAssignForward(shared, rows, s, sharpness, lanes, centres, assignments, saved);
    }

    /// <summary>The same with the sample's vectors in shared memory.</summary>
    private static void SoftAssignForwardHeldKernel(
        SoftAssignShape s, float sharpness, int lanes, ArrayView<float> h, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads), rows = SharedMemory.Allocate<float>(GpuSoftAssignChoice.HeldFloats);
        int length = s.Positions * s.Width, first = Grid.IdxX * length;
        for (int i = Group.IdxX; i < length; i += Group.DimX) rows[i] = h[first + i];
        Group.Barrier();
        SoftAssignForward(shared, rows, s, sharpness, lanes, centres, assignments, saved);
    }

    private static void SoftAssignForward(
        ArrayView<float> shared, ArrayView<float> rows, SoftAssignShape s, float sharpness, int lanes, ArrayView<float> centres, ArrayView<float> assignments, ArrayView<float> saved)
    {
        int sample = Grid.IdxX, lane = Group.IdxX & (lanes - 1), slice = Group.IdxX / lanes, slices = Group.DimX / lanes;
        ArrayView<float> assigned = assignments.SubView(sample * s.Clusters * s.Positions, s.Clusters * s.Positions);     // [clusters, positions]
        int firstSaved = sample * (s.Rounds - 1) * s.SavedPerRound, firstCentre = sample * s.Width;

        for (int i = Group.IdxX; i < s.Clusters * s.Positions; i += Group.DimX) assigned[i] = 1f / s.Clusters;
        Group.Barrier();
        for (int round = 0; round < s.Rounds; round++)
        {
            bool last = round == s.Rounds - 1;
            if (round > 0)
            {
                int units = firstSaved + (round - 1) * s.SavedPerRound;
                for (int i = Group.IdxX; i < s.Positions * s.Clusters; i += Group.DimX)
                {
                    int n = i / s.Clusters, k = i - n * s.Clusters;
                    float product = 0f;
                    for (int c = 0; c < s.Dims; c++) product += saved[units + k * s.Dims + c] * rows[i * s.Dims + c];
                    assigned[k * s.Positions + n] = sharpness * product;
                }
                Group.Barrier();
                for (int n = Group.IdxX; n < s.Positions; n += Group.DimX) SoftmaxOverClusters(assigned, n, s.Clusters, s.Positions);
                Group.Barrier();
            }

            int round0 = firstSaved + round * s.SavedPerRound;
            for (int first = 0; first < s.Width; first += lanes)
            {
                int column = first + lane;
                float sum = 0f;
                if (column < s.Width)
                {
                    int cluster = column / s.Dims * s.Positions;
                    for (int n = slice; n < s.Positions; n += slices) sum += assigned[cluster + n] * rows[n * s.Width + column];
                }
                sum = GroupTree.SumSlices(shared, lanes, sum);
                if (slice == 0 && column < s.Width)
                {
                    if (last) centres[firstCentre + column] = sum;
                    else saved[round0 + column] = sum;
                }
            }
            Group.Barrier();
            if (!last)
            {
                for (int k = Group.IdxX; k < s.Clusters; k += Group.DimX)
                {
                    float square = 0f;
                    for (int c = round0 + k * s.Dims; c < round0 + (k + 1) * s.Dims; c++) square += saved[c] * saved[c];
                    float norm = MathF.Max(MathF.Sqrt(square), (float)SoftAssignReference.NormFloor);
                    for (int c = round0 + k * s.Dims; c < round0 + (k + 1) * s.Dims; c++) saved[c] = saved[c] / norm;
                    saved[round0 + s.Width + k] = norm;
                }
                Group.Barrier();
            }
        }
    }

    private static void SoftAssignBackwardKernel(
        SoftAssignShape s, float sharpness, int lanes, ArrayView<float> h, ArrayView<float> saved, ArrayView<float> grads, ArrayView<float> gradH,
        ArrayView<float> weights, ArrayView<float> slopes)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        ArrayView<float> rows = h.SubView(Grid.IdxX * s.Positions * s.Width, s.Positions * s.Width);
        SoftAssignBackward(shared, rows, s, sharpness, lanes, saved, grads, gradH, weights, slopes);
    }

    /// <summary>The same with the sample's vectors in shared memory.</summary>
    private static void SoftAssignBackwardHeldKernel(
        SoftAssignShape s, float sharpness, int lanes, ArrayView<float> h, ArrayView<float> saved, ArrayView<float> grads, ArrayView<float> gradH,
        ArrayView<float> weights, ArrayView<float> slopes)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads), rows = SharedMemory.Allocate<float>(GpuSoftAssignChoice.HeldFloats);
        int length = s.Positions * s.Width, first = Grid.IdxX * length;
        for (int i = Group.IdxX; i < length; i += Group.DimX) rows[i] = h[first + i];
        Group.Barrier();
        SoftAssignBackward(shared, rows, s, sharpness, lanes, saved, grads, gradH, weights, slopes);
    }

    /// <param name="s">Sizes.</param>
    /// <param name="sharpness">Factor of the logits.</param>
    /// <param name="lanes">Columns that a group adds up side by side.</param>
    /// <param name="shared">A float a thread, for trees.</param>
    /// <param name="rows">The sample's vectors, in shared or in global memory: [positions, clusters, dims]</param>
    /// <param name="saved">Unit centres and norms of the rounds.</param>
    /// <param name="grads">In: gradient of the centres; then that of the sums of the round at hand. [batch, clusters, dims]</param>
    /// <param name="gradH">[batch, positions, clusters, dims]</param>
    /// <param name="weights">Scratch [batch, clusters, positions]: assignments of the round at hand.</param>
    /// <param name="slopes">Scratch [batch, clusters, positions]: gradients of its inner products.</param>
    private static void SoftAssignBackward(
        ArrayView<float> shared, ArrayView<float> rows, SoftAssignShape s, float sharpness, int lanes, ArrayView<float> saved, ArrayView<float> grads, ArrayView<float> gradH,
        ArrayView<float> weights, ArrayView<float> slopes)
    {
        int sample = Grid.IdxX, lane = Group.IdxX & (lanes - 1), slice = Group.IdxX / lanes, slices = Group.DimX / lanes;
        int mapLength = s.Clusters * s.Positions;
        ArrayView<float> gradRows = gradH.SubView(sample * s.Positions * s.Width, s.Positions * s.Width);
        ArrayView<float> grad = grads.SubView(sample * s.Width, s.Width);
        ArrayView<float> assigned = weights.SubView(sample * mapLength, mapLength), slope = slopes.SubView(sample * mapLength, mapLength);

        for (int round = s.Rounds - 1; round > 0; round--)
        {
            int units = (sample * (s.Rounds - 1) + round - 1) * s.SavedPerRound;
            bool writes = round == s.Rounds - 1;
            for (int i = Group.IdxX; i < mapLength; i += Group.DimX)
            {
                int n = i / s.Clusters, k = i - n * s.Clusters;
                float product = 0f, along = 0f;
                for (int c = 0; c < s.Dims; c++)
                {
                    float value = rows[i * s.Dims + c];
                    product += saved[units + k * s.Dims + c] * value;
                    along += grad[k * s.Dims + c] * value;
                }
                assigned[k * s.Positions + n] = sharpness * product;
                slope[k * s.Positions + n] = along;
            }
            Group.Barrier();
            for (int n = Group.IdxX; n < s.Positions; n += Group.DimX)
            {
                SoftmaxOverClusters(assigned, n, s.Clusters, s.Positions);
                float mean = 0f;
                for (int i = n; i < mapLength; i += s.Positions) mean += assigned[i] * slope[i];
                for (int i = n; i < mapLength; i += s.Positions) slope[i] = sharpness * assigned[i] * (slope[i] - mean);
            }
            Group.Barrier();

            for (int first = 0; first < s.Width; first += lanes)
            {
                int column = first + lane;
                float sum = 0f;
                if (column < s.Width)
                {
                    int cluster = column / s.Dims * s.Positions;
                    float unit = saved[units + column], gradSum = grad[column];
                    for (int n = slice; n < s.Positions; n += slices)
                    {
                        int at = n * s.Width + column;
                        float weight = assigned[cluster + n], gradLogit = slope[cluster + n];
                        sum += gradLogit * rows[at];
                        float gradient = weight * gradSum + gradLogit * unit;
                        gradRows[at] = writes ? gradient : gradRows[at] + gradient;
                    }
                }
                // The tree's barriers stand between the last read of this column's gradient and its replacement.
                sum = GroupTree.SumSlices(shared, lanes, sum);
                if (slice == 0 && column < s.Width) grad[column] = sum;
            }
            Group.Barrier();
            for (int k = Group.IdxX; k < s.Clusters; k += Group.DimX)
            {
                int first = k * s.Dims;
                float norm = saved[units + s.Width + k], along = 0f;
                if (norm > (float)SoftAssignReference.NormFloor)
                    for (int c = first; c < first + s.Dims; c++) along += saved[units + c] * grad[c];
                for (int c = first; c < first + s.Dims; c++) grad[c] = (grad[c] - along * saved[units + c]) / norm;
            }
            Group.Barrier();
        }
        // Round 0 assigns 1/K to all.
        for (int i = Group.IdxX; i < s.Positions * s.Width; i += Group.DimX)
        {
            float gradient = grad[i % s.Width] / s.Clusters;
            gradRows[i] = s.Rounds == 1 ? gradient : gradRows[i] + gradient;
        }
    }

    /// <summary>Softmax over the clusters at one position; values [clusters, positions].</summary>
    private static void SoftmaxOverClusters(ArrayView<float> values, int position, int clusters, int positions)
    {
        int end = clusters * positions;
        float max = values[position], sum = 0f;
        for (int i = position + positions; i < end; i += positions) max = MathF.Max(max, values[i]);
        for (int i = position; i < end; i += positions)
        {
            float e = MathF.Exp(values[i] - max);
            values[i] = e;
            sum += e;
        }
        for (int i = position; i < end; i += positions) values[i] = values[i] / sum;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? softAssignForward, softAssignForwardHeld;
    private GpuKernel<Action<KernelConfig, SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? softAssignBackward, softAssignBackwardHeld;

    private protected override void SoftAssignForwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> centres, DeviceBuffer<float> assignments, DeviceBuffer<float> saved)
    {
        int threads = TreeThreads(GroupTree.MaxThreads);
        if (HoldsSample(shape.Positions * shape.Width))
        {
            softAssignForwardHeld ??= Load(nameof(SoftAssignForwardHeldKernel), () => accelerator.LoadStreamKernel<SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignForwardHeldKernel));
            softAssignForwardHeld.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(h), View(centres), View(assignments), View(saved));
            return;
        }
        softAssignForward ??= Load(nameof(SoftAssignForwardKernel), () => accelerator.LoadStreamKernel<SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignForwardKernel));
        softAssignForward.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(h), View(centres), View(assignments), View(saved));
    }

    private protected override void SoftAssignBackwardCore(in SoftAssignShape shape, float sharpness, DeviceBuffer<float> h, DeviceBuffer<float> saved, DeviceBuffer<float> gradCentres, DeviceBuffer<float> gradH)
    {
        using DeviceBuffer<float> weights = Rent<float>(shape.LengthAssignments), slopes = Rent<float>(shape.LengthAssignments), grads = Rent<float>(shape.LengthCentres);
        AxpbyCore(1f, gradCentres, 0f, grads);
        int threads = TreeThreads(GroupTree.MaxThreads);
        if (HoldsSample(shape.Positions * shape.Width))
        {
            softAssignBackwardHeld ??= Load(nameof(SoftAssignBackwardHeldKernel), () => accelerator.LoadStreamKernel<SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignBackwardHeldKernel));
            softAssignBackwardHeld.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(h), View(saved), View(grads), View(gradH), View(weights), View(slopes));
            return;
        }
        softAssignBackward ??= Load(nameof(SoftAssignBackwardKernel), () => accelerator.LoadStreamKernel<SoftAssignShape, float, int, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(SoftAssignBackwardKernel));
        softAssignBackward.Launch(new KernelConfig(shape.Batch, threads), shape, sharpness, Lanes(threads), View(h), View(saved), View(grads), View(gradH), View(weights), View(slopes));
    }

    /// <summary>A group seen as [slices, lanes]: 32 neighbouring columns are one 128-byte read; a small group keeps some slices, so that it runs the same trees.</summary>
    private static int Lanes(int threads) => threads >= 64 ? 32 : Math.Max(1, threads / 4);

    /// <summary>For tests and benchmarks: stream even what would fit.</summary>
    internal bool StreamsSoftAssign { get; set; }

    private bool HoldsSample(int floats) => !StreamsSoftAssign && GpuSoftAssignChoice.Held(floats, Limits);
}
