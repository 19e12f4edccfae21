// Max-margin losses. In a batch: one thread an anchor counts and sums, one thread a pair writes the gradient, one group adds the anchors up.
// Bound: the latency of three launches; the matrix is a few thousand floats. Read next: ../Contrastive/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Options as kernels take them; weights are 1 / the counts.</summary>
    internal readonly record struct MaxMarginKernelOptions(int Batch, int UsesSounds, int UsesImages, int HardestOnly, float Margin, float TermWeight, float ComparisonWeight);

    /// <summary>
    /// Threads 0..batch-1 are the sounds, the others the pictures. Writes per anchor: sum of hinges, comparisons won, hinges that are on, and the hardest partner.
    /// </summary>
    private static void MaxMarginAnchorKernel(
        Index1D thread, MaxMarginKernelOptions o, ArrayView<float> similarity, ArrayView<float> sums, ArrayView<float> won, ArrayView<float> active, ArrayView<int> hardest)
    {
        bool isSound = thread < o.Batch;
        int anchor = isSound ? thread : thread - o.Batch;
        int first = isSound ? anchor * o.Batch : anchor, step = isSound ? 1 : o.Batch;
        float matched = similarity[first + anchor * step], sum = 0f, wins = 0f, on = 0f, largest = 0f;
        int which = -1;
        if (isSound ? o.UsesSounds != 0 : o.UsesImages != 0)
        {
            for (int other = 0; other < o.Batch; other++)
            {
                if (other == anchor) continue;
                float value = similarity[first + other * step];
                if (matched > value) wins += 1f;
                if (which < 0 || value > largest)
                {
                    largest = value;
                    which = other;
                }
                float hinge = value - matched + o.Margin;
                if (o.HardestOnly == 0 && !(hinge <= 0f))
                {
                    sum += hinge;
                    on += 1f;
                }
            }
            float hardestHinge = largest - matched + o.Margin;
            if (o.HardestOnly != 0 && !(hardestHinge <= 0f))
            {
                sum = hardestHinge;
                on = 1f;
            }
        }
        sums[thread] = sum;
        won[thread] = wins;
        active[thread] = on;
        hardest[thread] = which;
    }

    private static void MaxMarginGradientKernel(
        Index1D pair, MaxMarginKernelOptions o, ArrayView<float> similarity, ArrayView<float> active, ArrayView<int> hardest, ArrayView<float> gradSimilarity)
    {
        int sound = pair / o.Batch, image = pair - sound * o.Batch;
        if (sound == image)
        {
            gradSimilarity[pair] = -(active[sound] + active[o.Batch + image]) * o.TermWeight;
            return;
        }
        float value = similarity[pair], gradient = 0f;
        bool forSound = o.UsesSounds != 0 && (o.HardestOnly == 0 || hardest[sound] == image);
        bool forImage = o.UsesImages != 0 && (o.HardestOnly == 0 || hardest[o.Batch + image] == sound);
        if (forSound && value - similarity[sound * o.Batch + sound] + o.Margin > 0f) gradient += o.TermWeight;
        if (forImage && value - similarity[image * o.Batch + image] + o.Margin > 0f) gradient += o.TermWeight;
        gradSimilarity[pair] = gradient;
    }

    /// <summary>One group: loss and accuracy are the weighted sums of two columns.</summary>
    private static void LossSumsKernel(int count, float weight, float accuracyWeight, ArrayView<float> sums, ArrayView<float> won, ArrayView<float> loss, ArrayView<float> accuracy)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        float sum = 0f, wins = 0f;
        for (int i = Group.IdxX; i < count; i += Group.DimX)
        {
            sum += sums[i];
            wins += won[i];
        }
        sum = GroupTree.Sum(shared, sum);
        wins = GroupTree.Sum(shared, wins);
        if (Group.IdxX == 0)
        {
            loss[0] = sum * weight;
            accuracy[0] = wins * accuracyWeight;
        }
    }

    private static void MaxMarginSampledKernel(
        Index1D image, int sounds, int images, float margin, ArrayView<float> similarity, ArrayView<int> negatives, ArrayView<float> gradSimilarity, ArrayView<float> sums, ArrayView<float> won)
    {
        int other = negatives[image];
        float matched = similarity[image * images + image], value = similarity[other * images + image], hinge = value - matched + margin;
        float weight = hinge > 0f ? 1f / images : 0f;
        for (int sound = 0; sound < sounds; sound++) gradSimilarity[sound * images + image] = (sound == other ? weight : 0f) - (sound == image ? weight : 0f);
        sums[image] = hinge <= 0f ? 0f : hinge;
        won[image] = matched > value ? 1f : 0f;
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>>>? maxMarginAnchor;
    private GpuKernel<Action<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>>? maxMarginGradient;
    private GpuKernel<Action<KernelConfig, int, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? lossSums;
    private GpuKernel<Action<Index1D, int, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? maxMarginSampled;

    private protected override void MaxMarginInBatchCore(int batch, in MaxMarginOptions options, DeviceBuffer<float> similarity, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        maxMarginAnchor ??= Load(nameof(MaxMarginAnchorKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>>(MaxMarginAnchorKernel));
        maxMarginGradient ??= Load(nameof(MaxMarginGradientKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>(MaxMarginGradientKernel));
        using DeviceBuffer<float> sums = Rent<float>(2 * batch), won = Rent<float>(2 * batch), active = Rent<float>(2 * batch);
        using DeviceBuffer<int> hardest = Rent<int>(2 * batch);
        (double terms, double comparisons) = options.Counts(batch);
        MaxMarginKernelOptions o = new(batch, options.UsesSounds ? 1 : 0, options.UsesImages ? 1 : 0, options.Negatives == MaxMarginNegatives.Hardest ? 1 : 0,
            options.Margin, (float)(1 / terms), (float)(1 / comparisons));
        maxMarginAnchor.Launch(2 * batch, o, View(similarity), View(sums), View(won), View(active), View(hardest));
        maxMarginGradient.Launch(batch * batch, o, View(similarity), View(active), View(hardest), View(gradSimilarity));
        LossSums(2 * batch, o.TermWeight, o.ComparisonWeight, sums, won, loss, accuracy);
    }

    private protected override void MaxMarginSampledCore(int sounds, int images, float margin, DeviceBuffer<float> similarity, DeviceBuffer<int> negatives, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        maxMarginSampled ??= Load(nameof(MaxMarginSampledKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, int, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MaxMarginSampledKernel));
        using DeviceBuffer<float> sums = Rent<float>(images), won = Rent<float>(images);
        maxMarginSampled.Launch(images, sounds, images, margin, View(similarity), View(negatives), View(gradSimilarity), View(sums), View(won));
        LossSums(images, 1f / images, 1f / images, sums, won, loss, accuracy);
    }

    private void LossSums(int count, float weight, float accuracyWeight, DeviceBuffer<float> sums, DeviceBuffer<float> won, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        lossSums ??= Load(nameof(LossSumsKernel), () => accelerator.LoadStreamKernel<int, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(LossSumsKernel));
        lossSums.Launch(new KernelConfig(1, TreeThreads(count)), count, weight, accuracyWeight, View(sums), View(won), View(loss), View(accuracy));
    }
}
