// What a launch of each kernel computes and moves at a size of the paper: a line a kernel. Read next: KernelsPage.cs.
using System.Globalization;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench.Assembler;

/// <summary>
/// One launch. FLOPs: additions, multiplications, comparisons, divisions and roots of floats count one each, a multiply-add two. Bytes: every input read once, every output
/// written once; what a kernel reads again is left to the caches.
/// </summary>
/// <param name="Example">The size, in words.</param>
/// <param name="Flops">Operations.</param>
/// <param name="Bytes">To and from memory.</param>
internal sealed record KernelWork(string Example, double Flops, double Bytes)
{
    /// <summary>Of the kernel itself, or else of the struct that it is specialised for: the rungs of a ladder share their example. Throws a sentence where there is neither.</summary>
    public static KernelWork Of(CatalogKernel kernel) =>
        table.GetValueOrDefault(kernel.Title) ?? table.GetValueOrDefault(kernel.Method.Name)
        ?? (kernel.Method.IsGenericMethod ? kernel.Method.GetGenericArguments().Select(type => table.GetValueOrDefault($"<{type.Name}>")).FirstOrDefault(work => work is not null) : null)
        ?? throw new InvalidOperationException(
            $"{kernel.Title} has no line in Dcc.Bench/Assembler/KernelWork.cs: add one with the kernel's name, an example of the paper's size, the FLOPs of one launch and the bytes it reads and writes.");

    /// <summary>Names in the table that fit no kernel: what is left of a kernel that is gone.</summary>
    public static IEnumerable<string> Unused(IEnumerable<CatalogKernel> kernels)
    {
        HashSet<string> names = [.. kernels.SelectMany(kernel => kernel.Method.GetGenericArguments().Select(type => $"<{type.Name}>").Append(kernel.Title).Append(kernel.Method.Name))];
        return table.Keys.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal);
    }

    /// <summary>The paper's batch.</summary>
    private const int Batch = 64;

    private static readonly Dictionary<string, KernelWork> table = new(Lines(), StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, KernelWork>> Lines()
    {
        DccOptions paper = DccOptions.Paper;

        // Matrix product and convolution: every rung of the ladder computes the same.
        MatMulShape projection = new(Batch * 256, paper.Clusters * paper.Dims, 512);
        Conv2dShape conv = Conv2dShape.Same3x3(Batch, 64, 64, 256, 256);
        string convText = $"3x3, 256 to 256 channels, {Batch} maps of 64x64";
        double convBytes = 4.0 * (conv.LengthX + conv.LengthWeight + conv.LengthY);
        foreach (string source in new[] { nameof(MatMulSource), nameof(MatMulTransposedASource), nameof(MatMulTransposedBSource), nameof(MatMulTransposedBothSource) })
            yield return Line($"<{source}>", $"[{projection.M}, {projection.K}] x [{projection.K}, {projection.N}]", projection.Flops, 4.0 * (projection.LengthA + projection.LengthB + projection.LengthC));
        yield return Line("<ConvForwardSource>", convText, conv.Flops, convBytes);
        yield return Line("<ConvDataSource>", convText, conv.Flops, convBytes);
        yield return Line("TurnWeightKernel", "256 to 256 channels", 0, 8.0 * 9 * 256 * 256);
        yield return Line("<ConvWeightSource>", convText, conv.Flops, convBytes);
        yield return Line("SumChunksKernel", "8 chunks of [2304, 256]", 8.0 * 2304 * 256, 4.0 * 9 * 2304 * 256);
        yield return Line("ColumnSumsKernel", $"gradient of the bias, {Batch} maps of 64x64x256", conv.LengthY, 4.0 * conv.LengthY);

        // What measures a card.
        const double CopyFloats = 1 << 26, Threads = 1 << 20, Turns = 512;
        yield return Line("RoofCopyKernel", "256 MiB", 0, 8 * CopyFloats);
        yield return Line("RoofMultiplyAddKernel", "2^20 threads, 512 turns", 2.0 * GpuDevice.RoofTurn * Threads * Turns, 4 * Threads);

        // Winograd's transforms, in one launch as many maps as the planes have room for. Additions and multiplications of a tile and channel: 12 lines of 19 in, 9 of 12 for the weights
        // and 10 of 13 out for tiles of 4x4; 8 of 4, 7 of 5 and 6 of 4 for tiles of 2x2. Then bias and ReLU, and three comparisons a window.
        const string Maps = "8 maps of 64x64x256";
        double inOut = 8.0 * 64 * 64 * 256, large = inOut / 16, small = inOut / 4, weights = 256.0 * 256;
        yield return Line("WinogradWeight4Kernel", "256 to 256 channels", 108 * weights, 4 * (9 + 36) * weights);
        yield return Line("WinogradWeight2Kernel", "256 to 256 channels", 35 * weights, 4 * (9 + 16) * weights);
        yield return Line("WinogradInput4Kernel", Maps, 228 * large, 4 * (inOut + 36 * large));
        yield return Line("WinogradInput2Kernel", Maps, 32 * small, 4 * (inOut + 16 * small));
        yield return Line("WinogradOutput4Kernel", Maps, 130 * large + 2 * inOut, 4 * (inOut + 36 * large));
        yield return Line("WinogradOutput2Kernel", Maps, 24 * small + 2 * inOut, 4 * (inOut + 16 * small));
        yield return Line("WinogradPool4Kernel", Maps, 130 * large + 5 * inOut / 4, 4 * 36 * large + 5 * inOut / 4);
        yield return Line("WinogradPool2Kernel", Maps, 24 * small + 5 * inOut / 4, 4 * 16 * small + 5 * inOut / 4);

        // Passes over a map: the visual network's first.
        double map = Batch * 256.0 * 256 * 64;
        string mapText = $"{Batch} maps of 256x256x64", pooled = $"{mapText} to 128x128";
        yield return Line("UnaryForwardKernel<ReluOp>", mapText, map, 8 * map);
        yield return Line("UnaryForwardKernel<TanhOp>", mapText, map, 8 * map);
        yield return Line("UnaryBackwardKernel<ReluOp>", mapText, 2 * map, 12 * map);
        yield return Line("UnaryBackwardKernel<TanhOp>", mapText, 3 * map, 12 * map);
        yield return Line("FillKernel", mapText, 0, 4 * map);
        yield return Line("AxpbyKernel", mapText, 3 * map, 12 * map);
        yield return Line("MultiplyKernel", mapText, map, 12 * map);
        yield return Line("MaxPoolForwardKernel", pooled, 0.75 * map, 5 * map);
        yield return Line("MaxPoolBackwardKernel", pooled, 4 * map, 9 * map);
        yield return Line("PoolWinnersKernel", pooled, map, 5.25 * map);
        yield return Line("PoolScatterKernel", pooled, 0, 5.25 * map);

        double features = Batch * 256.0 * 512;
        string featuresText = $"{Batch} x 256 positions of 512";
        yield return Line("GlobalAveragePoolForwardKernel", featuresText, features, 4 * features + 4 * Batch * 512);
        yield return Line("GlobalAveragePoolBackwardKernel", featuresText, features, 4 * features + 4 * Batch * 512);
        yield return Line("GlobalMaxPoolForwardKernel", featuresText, features, 4 * features + 4 * Batch * 512);
        yield return Line("GlobalMaxPoolBackwardKernel", featuresText, features, 8 * features + 8 * Batch * 512);
        yield return Line("SquashForwardKernel", featuresText, 3 * features, 8 * features);
        yield return Line("SquashBackwardKernel", featuresText, 7 * features, 12 * features);

        BatchNormShape norm = new(Batch * 64 * 64, 256, Relu: true);
        string normText = $"{Batch} maps of 64x64x256";
        double summaries = (double)norm.Chunks * norm.Channels;
        yield return Line("BatchNormSummaryKernel", normText, 5.0 * norm.Length, 4.0 * norm.Length + 8 * summaries);
        yield return Line("BatchNormJoinKernel", normText, 10 * summaries, 8 * summaries);
        yield return Line("BatchNormInverseKernel", "256 channels", 3 * 256, 8 * 256);
        yield return Line("BatchNormApplyKernel", normText, 5.0 * norm.Length, 8.0 * norm.Length);
        yield return Line("BatchNormGradientSumsKernel", normText, 5.0 * norm.Length, 12.0 * norm.Length + 8 * summaries);
        yield return Line("BatchNormGradientJoinKernel", normText, 2 * summaries, 8 * summaries);
        yield return Line("BatchNormGradientKernel", normText, 9.0 * norm.Length, 16.0 * norm.Length);

        // Clustering: the visual half.
        SoftAssignShape soft = new(Batch, 256, paper.Clusters, paper.Dims, paper.Rounds);
        string softText = $"{Batch} x 256 positions, K {paper.Clusters}, d {paper.Dims}, T {paper.Rounds}";
        double softOut = 4.0 * (soft.LengthCentres + soft.LengthAssignments + soft.LengthSaved);
        yield return Line("SoftAssignForwardKernel", softText, soft.Flops, 4.0 * soft.LengthH + softOut);
        yield return Line("SoftAssignBackwardKernel", softText, 2 * soft.Flops, 8.0 * soft.LengthH + softOut);
        // The largest sample that a group holds: the small model's.
        SoftAssignShape softHeld = new(Batch, 64, 8, 16, 3);
        double softHeldOut = 4.0 * (softHeld.LengthCentres + softHeld.LengthAssignments + softHeld.LengthSaved);
        string softHeldText = $"{Batch} x 64 positions, K 8, d 16, T 3";
        yield return Line("SoftAssignForwardHeldKernel", softHeldText, softHeld.Flops, 4.0 * softHeld.LengthH + softHeldOut);
        yield return Line("SoftAssignBackwardHeldKernel", softHeldText, 2 * softHeld.Flops, 8.0 * softHeld.LengthH + softHeldOut);
        SoftAssignEuclideanShape euclideanHeld = new(Batch, 16, 512, 2);
        double euclideanHeldOut = 4.0 * (euclideanHeld.LengthCentres + euclideanHeld.LengthAssignments + euclideanHeld.LengthSaved);
        string euclideanHeldText = $"{Batch} x 16 positions of 512, 2 clusters, 4 rounds";
        yield return Line("SoftAssignEuclideanForwardHeldKernel", euclideanHeldText, euclideanHeld.Flops, 4.0 * euclideanHeld.LengthU + euclideanHeldOut);
        yield return Line("SoftAssignEuclideanBackwardHeldKernel", euclideanHeldText, 2 * euclideanHeld.Flops, 8.0 * euclideanHeld.LengthU + euclideanHeldOut);
        SoftAssignEuclideanShape euclidean = new(Batch, 196, 512, 2);
        double euclideanOut = 4.0 * (euclidean.LengthCentres + euclidean.LengthAssignments + euclidean.LengthSaved);
        string euclideanText = $"{Batch} x 196 positions of 512, 2 clusters, 4 rounds";
        yield return Line("SoftAssignEuclideanForwardKernel", euclideanText, euclidean.Flops, 4.0 * euclidean.LengthU + euclideanOut);
        yield return Line("SoftAssignEuclideanBackwardKernel", euclideanText, 2 * euclidean.Flops, 8.0 * euclidean.LengthU + euclideanOut);

        double centres = Batch * paper.Clusters * paper.Dims;
        string centresText = $"{Batch} x {paper.Clusters} centres of {paper.Dims}";
        // Both sides at once.
        yield return Line("UnitCentresKernel", $"2 x {centresText}", 2 * 3 * centres, 2 * 8 * centres);
        yield return Line("ThroughCentreNormsKernel", $"2 x {centresText}", 2 * 8 * centres, 2 * 12 * centres);
        yield return Line("PairCosinesForwardKernel", centresText, 6 * centres, 8 * centres + 4.0 * Batch * paper.Clusters);
        yield return Line("PairCosinesBackwardKernel", centresText, 8 * centres, 16 * centres + 4.0 * Batch * paper.Clusters);
        yield return Line("StridedProductKernel", $"{Batch} x {Batch} stacks of {paper.Clusters * paper.Dims}", 2.0 * Batch * centres, 8 * centres + 4.0 * Batch * Batch);
        CentreDistanceShape distance = new(Batch, Batch, 1, 2, 512);
        string distanceText = $"{Batch} sounds of 1 and {Batch} pictures of 2 centres of 512";
        double distanceBytes = 4.0 * (distance.LengthA + distance.LengthV + distance.LengthDistance + 2 * distance.LengthNearest);
        yield return Line("CentreDistanceForwardKernel", distanceText, 3.0 * distance.LengthNearest * distance.ClustersV * distance.Dims, distanceBytes);
        yield return Line("CentreDistanceBackwardAKernel", distanceText, 4.0 * distance.LengthNearest * distance.Dims, distanceBytes + 4.0 * distance.LengthA);
        yield return Line("CentreDistanceBackwardVKernel", distanceText, 4.0 * distance.LengthNearest * distance.Dims, distanceBytes + 4.0 * distance.LengthV);

        // Losses: everything is small.
        double pairs = Batch * Batch;
        string pairsText = $"batch {Batch}";
        yield return Line("MaxMarginAnchorKernel", pairsText, 2 * 6 * pairs, 4 * pairs + 4 * 8 * Batch);
        yield return Line("MaxMarginGradientKernel", pairsText, 6 * pairs, 8 * pairs + 4 * 4 * Batch);
        yield return Line("MaxMarginSampledKernel", pairsText, 3 * pairs, 4 * pairs + 4 * 5 * Batch);
        yield return Line("MaxMarginGroupKernel", pairsText, 3 * 6 * pairs, 8 * pairs);
        yield return Line("MaxMarginSampledGroupKernel", pairsText, 3 * pairs, 4 * pairs + 4 * 3 * Batch);
        yield return Line("ContrastiveKernel", pairsText, 3 * pairs, 4 * pairs + 4 * 5 * Batch);
        yield return Line("LossSumsKernel", pairsText, 4 * Batch, 16 * Batch);
        yield return Line("MeanKernel", pairsText, Batch, 4 * Batch);
        yield return Line("SoftmaxCrossEntropyKernel", $"{Batch} x 1000 classes", 6.0 * Batch * 1000, 8.0 * Batch * 1000);

        // Sound and pictures.
        int frames = paper.SpectrogramFrames, samples = paper.SamplesPerUnit;
        LogMelOptions mel = paper.LogMel;
        yield return Line("LogMelKernel", $"{Batch} clips of {frames} frames", Batch * (double)frames * (2.5 * mel.FftLength * Math.Log2(mel.FftLength) + 7.0 * mel.Bins), 4.0 * Batch * (samples + frames * mel.Bands));
        yield return Line("TopDbKernel", $"{Batch} clips of {frames} frames", 2.0 * Batch * frames * mel.Bands, 8.0 * Batch * frames * mel.Bands);
        double taps = 2 * Math.Ceiling(new ResampleFilter(44100, 16000).Reach), resampled = Batch * (double)samples;
        yield return Line("ResampleKernel", $"{Batch} clips of 44100 to 16000 Hz, {samples} samples each", 2 * taps * resampled, 4 * resampled * (1 + 44.1 / 16) + 4 * taps * 160);
        double rows = Batch * 256.0 * 640 * 3, pixels = Batch * 256.0 * 256 * 3;
        int rowTaps = new ResizeAxis(480, 256, antialias: true, alignCorners: false).Taps;
        yield return Line("ResizeKernel", $"rows of {Batch} pictures of 640x480, 480 to 256", 2 * rowTaps * rows, 4 * rows * (1 + 480.0 / 256));
        yield return Line("NormalizePixelsKernel", $"{Batch} pictures of 256x256", 2 * pixels, 8 * pixels);

        // All parameters.
        double parameters = Parameters(paper.Visual, 3) + Parameters(paper.Audio, 1) + paper.Visual.OutChannels * paper.Clusters * paper.Dims;
        string parametersText = string.Create(CultureInfo.InvariantCulture, $"{parameters:N0} parameters of the paper's model");
        yield return Line("AdamKernel", parametersText, 16 * parameters, 28 * parameters);
        yield return Line("SgdKernel", parametersText, 7 * parameters, 20 * parameters);
        yield return Line("NormPartialKernel", parametersText, 2 * parameters, 4 * parameters);
        yield return Line("NormFoldKernel", "4096 sums", 4096, 4 * 4096);
        yield return Line("ClipScaleKernel", "one norm", 3, 8);
        yield return Line("PhiloxUniformKernel", parametersText, 3 * parameters, 4 * parameters);
        yield return Line("PhiloxNormalKernel", parametersText, 25 * parameters, 4 * parameters);
    }

    private static double Parameters(NetworkOptions network, int channels)
    {
        double sum = 0;
        foreach (BlockOptions block in network.Blocks)
            for (int layer = 0; layer < block.Convolutions; layer++, channels = block.Channels) sum += 9.0 * channels * block.Channels + block.Channels;
        return sum;
    }

    private static KeyValuePair<string, KernelWork> Line(string kernel, string example, double flops, double bytes) => new(kernel, new KernelWork(example, flops, bytes));
}
