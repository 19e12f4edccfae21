// Max-margin losses. Up to a batch of 128 one group does it all in one launch: anchors, their sums by a tree, gradient. Beyond that: one thread an anchor,
// one thread a pair for the gradient, one group for the sums. Bound: the latency of the launches; the matrix is a few thousand floats. Read next: ../Contrastive/README.md.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    /// <summary>Options as kernels take them; weights are 1 / the counts.</summary>
    internal readonly record struct MaxMarginKernelOptions(int Batch, int UsesSounds, int UsesImages, int HardestOnly, float Margin, float TermWeight, float ComparisonWeight);

    /// <summary>What one anchor sees: sum of its hinges, comparisons won, hinges that are on, and its hardest partner.</summary>
    internal readonly record struct AnchorTerms(float Sum, float Won, float Active, int Hardest);

    /// <summary>Loss, accuracy and gradient by one group.</summary>
    private static void MaxMarginGroupKernel(
        MaxMarginKernelOptions o, ArrayView<float> similarity, ArrayView<float> gradSimilarity, ArrayView<float> loss, ArrayView<float> accuracy)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads), active = SharedMemory.Allocate<float>(2 * GpuMaxMarginChoice.MostBatch);
        ArrayView<int> hardest = SharedMemory.Allocate<int>(2 * GpuMaxMarginChoice.MostBatch);
        float sum = 0f, wins = 0f;
        for (int i = Group.IdxX; i < 2 * o.Batch; i += Group.DimX)
        {
            AnchorTerms anchor = TermsOfAnchor(o, i, similarity);
            sum += anchor.Sum;
            wins += anchor.Won;
            active[i] = anchor.Active;
            hardest[i] = anchor.Hardest;
        }
        // The trees' barriers stand between what anchors write and what pairs read.
        sum = GroupTree.Sum(shared, sum);
        wins = GroupTree.Sum(shared, wins);
        if (Group.IdxX == 0)
        {
            loss[0] = sum * o.TermWeight;
            accuracy[0] = wins * o.ComparisonWeight;
        }
        for (int pair = Group.IdxX; pair < o.Batch * o.Batch; pair += Group.DimX) gradSimilarity[pair] = PairGradient(o, pair, similarity, active, hardest);
    }

    /// <summary>A thread per anchor: threads 0..batch-1 are the sounds, the others the pictures.</summary>
    private static void MaxMarginAnchorKernel(
        Index1D thread, MaxMarginKernelOptions o, ArrayView<float> similarity, ArrayView<float> sums, ArrayView<float> won, ArrayView<float> active, ArrayView<int> hardest)
    {
        AnchorTerms anchor = TermsOfAnchor(o, thread, similarity);
        sums[thread] = anchor.Sum;
        won[thread] = anchor.Won;
        active[thread] = anchor.Active;
        hardest[thread] = anchor.Hardest;
    }

    private static void MaxMarginGradientKernel(
        Index1D pair, MaxMarginKernelOptions o, ArrayView<float> similarity, ArrayView<float> active, ArrayView<int> hardest, ArrayView<float> gradSimilarity) =>
        gradSimilarity[pair] = PairGradient(o, pair, similarity, active, hardest);

    private static AnchorTerms TermsOfAnchor(MaxMarginKernelOptions o, int thread, ArrayView<float> similarity)
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
        return new(sum, wins, on, which);
    }

    private static float PairGradient(MaxMarginKernelOptions o, int pair, ArrayView<float> similarity, ArrayView<float> active, ArrayView<int> hardest)
    {
        int sound = pair / o.Batch, image = pair - sound * o.Batch;
        if (sound == image) return -(active[sound] + active[o.Batch + image]) * o.TermWeight;
        float value = similarity[pair], gradient = 0f;
        bool forSound = o.UsesSounds != 0 && (o.HardestOnly == 0 || hardest[sound] == image);
        bool forImage = o.UsesImages != 0 && (o.HardestOnly == 0 || hardest[o.Batch + image] == sound);
        if (forSound && value - similarity[sound * o.Batch + sound] + o.Margin > 0f) gradient += o.TermWeight;
        if (forImage && value - similarity[image * o.Batch + image] + o.Margin > 0f) gradient += o.TermWeight;
        return gradient;
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

    /// <summary>One group: sums over the pictures by trees, then the gradient, a thread a pair.</summary>
    private static void MaxMarginSampledGroupKernel(
        int sounds, int images, float margin, ArrayView<float> similarity, ArrayView<int> negatives, ArrayView<float> gradSimilarity, ArrayView<float> loss, ArrayView<float> accuracy)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupTree.MaxThreads);
        float sum = 0f, wins = 0f;
        for (int image = Group.IdxX; image < images; image += Group.DimX)
        {
            float matched = similarity[image * images + image], value = similarity[negatives[image] * images + image], hinge = value - matched + margin;
            if (!(hinge <= 0f)) sum += hinge;
            if (matched > value) wins += 1f;
        }
        sum = GroupTree.Sum(shared, sum);
        wins = GroupTree.Sum(shared, wins);
        if (Group.IdxX == 0)
        {
            loss[0] = sum * (1f / images);
            accuracy[0] = wins * (1f / images);
        }
        for (int pair = Group.IdxX; pair < sounds * images; pair += Group.DimX)
        {
            int sound = pair / images, image = pair - sound * images;
            gradSimilarity[pair] = SampledGradient(images, margin, similarity, sound, image, negatives[image]);
        }
    }

    private static void MaxMarginSampledKernel(
        Index1D image, int sounds, int images, float margin, ArrayView<float> similarity, ArrayView<int> negatives, ArrayView<float> gradSimilarity, ArrayView<float> sums, ArrayView<float> won)
    {
        int other = negatives[image];
        float matched = similarity[image * images + image], value = similarity[other * images + image], hinge = value - matched + margin;
        for (int sound = 0; sound < sounds; sound++) gradSimilarity[sound * images + image] = SampledGradient(images, margin, similarity, sound, image, other);
        sums[image] = hinge <= 0f ? 0f : hinge;
        won[image] = matched > value ? 1f : 0f;
    }

    private static float SampledGradient(int images, float margin, ArrayView<float> similarity, int sound, int image, int other)
    {
        if (sound != other && sound != image) return 0f;
        float hinge = similarity[other * images + image] - similarity[image * images + image] + margin, weight = hinge > 0f ? 1f / images : 0f;
        return (sound == other ? weight : 0f) - (sound == image ? weight : 0f);
    }

    // ---------------------------------------------------------------------------------------------------- launchers

    private GpuKernel<Action<KernelConfig, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? maxMarginGroup;
    private GpuKernel<Action<KernelConfig, int, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? maxMarginSampledGroup;
    private GpuKernel<Action<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>>>? maxMarginAnchor;
    private GpuKernel<Action<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>>? maxMarginGradient;
    private GpuKernel<Action<KernelConfig, int, float, float, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? lossSums;
    private GpuKernel<Action<Index1D, int, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>>? maxMarginSampled;

    private protected override void MaxMarginInBatchCore(int batch, in MaxMarginOptions options, DeviceBuffer<float> similarity, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        (double terms, double comparisons) = options.Counts(batch);
        MaxMarginKernelOptions o = new(batch, options.UsesSounds ? 1 : 0, options.UsesImages ? 1 : 0, options.Negatives == MaxMarginNegatives.Hardest ? 1 : 0,
            options.Margin, (float)(1 / terms), (float)(1 / comparisons));
        if (GpuMaxMarginChoice.OneGroup(batch, batch))
        {
            maxMarginGroup ??= Load(nameof(MaxMarginGroupKernel), () => accelerator.LoadStreamKernel<MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MaxMarginGroupKernel));
            maxMarginGroup.Launch(new KernelConfig(1, TreeThreads(2 * batch)), o, View(similarity), View(gradSimilarity), View(loss), View(accuracy));
            return;
        }
        maxMarginAnchor ??= Load(nameof(MaxMarginAnchorKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<float>, ArrayView<int>>(MaxMarginAnchorKernel));
        maxMarginGradient ??= Load(nameof(MaxMarginGradientKernel), () => accelerator.LoadAutoGroupedStreamKernel<Index1D, MaxMarginKernelOptions, ArrayView<float>, ArrayView<float>, ArrayView<int>, ArrayView<float>>(MaxMarginGradientKernel));
        using DeviceBuffer<float> sums = Rent<float>(2 * batch), won = Rent<float>(2 * batch), active = Rent<float>(2 * batch);
        using DeviceBuffer<int> hardest = Rent<int>(2 * batch);
        maxMarginAnchor.Launch(2 * batch, o, View(similarity), View(sums), View(won), View(active), View(hardest));
        maxMarginGradient.Launch(batch * batch, o, View(similarity), View(active), View(hardest), View(gradSimilarity));
        LossSums(2 * batch, o.TermWeight, o.ComparisonWeight, sums, won, loss, accuracy);
    }

    private protected override void MaxMarginSampledCore(int sounds, int images, float margin, DeviceBuffer<float> similarity, DeviceBuffer<int> negatives, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        if (GpuMaxMarginChoice.OneGroup(sounds, images))
        {
            maxMarginSampledGroup ??= Load(nameof(MaxMarginSampledGroupKernel), () => accelerator.LoadStreamKernel<int, int, float, ArrayView<float>, ArrayView<int>, ArrayView<float>, ArrayView<float>, ArrayView<float>>(MaxMarginSampledGroupKernel));
            // Threads for the gradient: the sums' tree is as wide, and threads without a picture add 0 to it.
            maxMarginSampledGroup.Launch(new KernelConfig(1, TreeThreads(sounds * images)), sounds, images, margin, View(similarity), View(negatives), View(gradSimilarity), View(loss), View(accuracy));
            return;
        }
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
