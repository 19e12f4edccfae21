// What must hold for clustering, squash, similarity and losses whatever the numbers are. Read next: DccChainTests.cs.
using CsCheck;
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class ClusteringInvariantTests
{
    private const int Samples = 100;

    private static readonly Gen<(SoftAssignShape Shape, double[] H, double Sharpness)> clustering =
        from shape in Gen.Select(Gen.Int[1, 2], Gen.Int[1, 6], Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 4], (b, n, k, d, t) => new SoftAssignShape(b, n, k, d, t))
        // Not Gen.Double: its round numbers cancel, and a sum of zero has no direction to compare.
        from seed in Gen.Int
        from sharpness in Gen.Double[0.5, 6]
        select (shape, Plain.Random(new Random(seed), shape.LengthH, 2), sharpness);

    private static readonly Gen<(SoftAssignEuclideanShape Shape, double[] U)> euclidean =
        from k in Gen.Int[1, 4]
        from shape in Gen.Select(Gen.Int[k, 7], Gen.Int[1, 4], Gen.Int[1, 4], (n, c, t) => new SoftAssignEuclideanShape(1, n, c, k, t))
        from u in Gen.Double[-1, 1].Array[shape.LengthU]
        select (shape, u);

    private static readonly Gen<(double[] X, double[] Y)> vectors =
        from n in Gen.Int[1, 6]
        from scale in Gen.Double[0.01, 3]
        from x in Gen.Double[-1, 1].Array[n]
        from y in Gen.Double[-1, 1].Array[n]
        where x.Any(value => Math.Abs(value) > 0.1) && y.Any(value => Math.Abs(value) > 0.1)
        select (Array.ConvertAll(x, value => value * scale), y);

    [Fact]
    public void Assignments_of_a_position_add_up_to_one() => clustering.Sample(
        c => SumsToOne(c.Shape.Batch, c.Shape.Clusters, c.Shape.Positions, SoftAssignReference.Forward(c.Shape, c.Sharpness, c.H).Assignments, 1e-12)
            && SumsToOne(c.Shape.Batch, c.Shape.Clusters, c.Shape.Positions, Plain.ToDouble(OnCpu(c.Shape, (float)c.Sharpness, c.H).Assignments), 1e-5), iter: Samples);

    [Fact]
    public void One_round_gives_the_mean_over_K() => clustering.Sample(c =>
    {
        SoftAssignShape shape = c.Shape with { Batch = 1, Rounds = 1 };
        double[] centres = SoftAssignReference.Forward(shape, c.Sharpness, c.H[..shape.LengthH]).Centres;
        for (int i = 0; i < shape.Width; i++)
            Assert.Equal(Enumerable.Range(0, shape.Positions).Sum(n => c.H[n * shape.Width + i]) / shape.Clusters, centres[i], 1e-12);
    }, iter: Samples);

    [Fact]
    public void The_order_of_positions_does_not_matter() => Gen.Select(clustering, Gen.Int[0, 1000]).Sample((c, seed) =>
    {
        (SoftAssignShape shape, double[] h, double sharpness) = (c.Shape with { Batch = 1 }, c.H, c.Sharpness);
        int[] order = [.. Enumerable.Range(0, shape.Positions)];
        new Random(seed).Shuffle(order);
        double[] moved = [.. order.SelectMany(n => h[(n * shape.Width)..((n + 1) * shape.Width)])];
        (double[] centres, double[] assignments) = SoftAssignReference.Forward(shape, sharpness, h[..shape.LengthH]);
        (double[] movedCentres, double[] movedAssignments) = SoftAssignReference.Forward(shape, sharpness, moved);
        Plain.Near(centres, movedCentres, 1e-7);
        for (int k = 0; k < shape.Clusters; k++)
            Plain.Near([.. order.Select(n => assignments[k * shape.Positions + n])], movedAssignments[(k * shape.Positions)..((k + 1) * shape.Positions)], 1e-7);
    }, iter: Samples);

    /// <summary>A unit of two frames is one set of vectors: which frame comes first changes nothing but the map's halves.</summary>
    [Fact]
    public void The_frames_of_a_unit_may_come_in_any_order()
    {
        const int Frames = 2, Pixels = 64, Clusters = 10, Dims = 16, FrameLength = Pixels * Clusters * Dims;
        SoftAssignShape shape = new(1, Frames * Pixels, Clusters, Dims, 3);
        double[] h = Plain.Random(new Random(5), shape.LengthH);
        (float[] centres, float[] assignments) = OnCpu(shape, 1f, h);
        (float[] swapped, float[] swappedAssignments) = OnCpu(shape, 1f, [.. h[FrameLength..], .. h[..FrameLength]]);
        Plain.Near(Plain.ToDouble(centres), swapped, 1e-5);
        for (int k = 0; k < Clusters; k++)
        for (int n = 0; n < Pixels; n++) Assert.Equal(assignments[k * Frames * Pixels + n], swappedAssignments[k * Frames * Pixels + Pixels + n], 1e-5f);
    }

    [Fact]
    public void The_order_of_clusters_does_not_matter() => Gen.Select(clustering, Gen.Int[0, 1000]).Sample((c, seed) =>
    {
        SoftAssignShape shape = c.Shape;
        int[] order = [.. Enumerable.Range(0, shape.Clusters)];
        new Random(seed).Shuffle(order);
        double[] Moved(double[] blocks) => [.. Enumerable.Range(0, blocks.Length / shape.Width).SelectMany(row => order.SelectMany(k => blocks.AsSpan(row * shape.Width + k * shape.Dims, shape.Dims).ToArray()))];
        double[] centres = SoftAssignReference.Forward(shape, c.Sharpness, c.H).Centres, moved = SoftAssignReference.Forward(shape, c.Sharpness, Moved(c.H)).Centres;
        Plain.Near(Moved(centres), moved, 1e-7);
        CentreSimilarityShape pairs = new(shape.Batch, shape.Batch, shape.Clusters, shape.Dims);
        Plain.Near(CentreSimilarityReference.Forward(pairs, centres, centres), CentreSimilarityReference.Forward(pairs, moved, moved), 1e-7);
    }, iter: Samples);

    /// <summary>Projections a times as large sharpen the assignment a times; with one round there is none, and similarities stay.</summary>
    [Fact]
    public void Scaling_the_projections_is_sharpening() => Gen.Select(clustering, Gen.Double[0.5, 3]).Sample((c, scale) =>
    {
        if (!HasDirections(c.Shape, c.Sharpness * scale, c.H)) return;
        double[] scaled = SoftAssignReference.Forward(c.Shape, c.Sharpness, Array.ConvertAll(c.H, value => value * scale)).Centres;
        double[] sharpened = SoftAssignReference.Forward(c.Shape, c.Sharpness * scale, c.H).Centres;
        Plain.Near(Array.ConvertAll(sharpened, value => value * scale), scaled, 1e-6);
    }, iter: Samples);

    [Fact]
    public void A_single_position_belongs_to_the_longest_projection() => clustering.Sample(c =>
    {
        SoftAssignShape shape = c.Shape with { Batch = 1, Positions = 1, Rounds = 3 };
        double[] h = c.H[..shape.Width], s = SoftAssignReference.Forward(shape, c.Sharpness, h).Assignments;
        if (!HasDirections(shape, c.Sharpness, h)) return;
        double[] e = [.. Enumerable.Range(0, shape.Clusters).Select(k => Math.Exp(c.Sharpness * Math.Sqrt(h[(k * shape.Dims)..((k + 1) * shape.Dims)].Sum(value => value * value))))];
        Plain.Near([.. e.Select(value => value / e.Sum())], s, 1e-6);
    }, iter: Samples);

    /// <summary>The relaxed objective of k-means lies between the minimum minus (log K) / z and the minimum, and the assignment is its gradient.</summary>
    [Fact]
    public void The_assignment_is_the_gradient_of_the_soft_minimum() => euclidean.Sample(c =>
    {
        (SoftAssignEuclideanShape shape, double[] u) = (c.Shape with { Rounds = 1 }, c.U);
        const double Z = 30;
        double[] s = SoftAssignEuclideanReference.Forward(shape, Z, u).Assignments;
        for (int n = 0; n < shape.Positions; n++)
        {
            double[] d = [.. Enumerable.Range(0, shape.Clusters).Select(k => Math.Max(1e-5, Math.Sqrt(Enumerable.Range(0, shape.Channels)
                .Sum(i => Math.Pow(u[n * shape.Channels + i] - u[k * shape.SeedStep * shape.Channels + i], 2)))))];
            double SoftMinimum(double[] distances) => -Math.Log(distances.Sum(value => Math.Exp(-Z * (value - distances.Min())))) / Z + distances.Min();
            Assert.InRange(SoftMinimum(d), d.Min() - Math.Log(shape.Clusters) / Z - 1e-12, d.Min() + 1e-12);
            Plain.Near(Plain.Differences(SoftMinimum, d, 1e-6), [.. Enumerable.Range(0, shape.Clusters).Select(k => s[k * shape.Positions + n])], 1e-6);
        }
    }, iter: Samples);

    [Fact]
    public void One_Euclidean_cluster_is_the_mean() => euclidean.Sample(c =>
    {
        SoftAssignEuclideanShape shape = c.Shape with { Clusters = 1 };
        (double[] centres, double[] assignments) = SoftAssignEuclideanReference.Forward(shape, 30, c.U);
        Assert.All(assignments, s => Assert.Equal(1, s));
        for (int i = 0; i < shape.Channels; i++) Assert.Equal(Enumerable.Range(0, shape.Positions).Average(n => c.U[n * shape.Channels + i]), centres[i], 1e-12);
    }, iter: Samples);

    /// <summary>Seen along any direction, a centre lies between the outermost features.</summary>
    [Fact]
    public void Euclidean_centres_stay_in_the_hull() => Gen.Select(euclidean, Gen.Int[0, 1000]).Sample((c, seed) =>
    {
        int channels = c.Shape.Channels;
        double[] direction = Plain.Random(new Random(seed), channels);
        double Along(double[] rows, int row) => Enumerable.Range(0, channels).Sum(i => rows[row * channels + i] * direction[i]);
        double[] centres = SoftAssignEuclideanReference.Forward(c.Shape, 30, c.U).Centres, seen = [.. Enumerable.Range(0, c.Shape.Positions).Select(n => Along(c.U, n))];
        for (int k = 0; k < c.Shape.Clusters; k++) Assert.InRange(Along(centres, k), seen.Min() - 1e-12, seen.Max() + 1e-12);
    }, iter: Samples);

    /// <summary>The squash scales by a positive number: no cosine changes, nor does its gradient.</summary>
    [Fact]
    public void Squash_changes_no_cosine_and_no_gradient_of_one() => vectors.Sample(c =>
    {
        SquashShape squash = new(1, c.X.Length);
        CentreSimilarityShape pair = new(1, 1, 1, c.X.Length);
        double[] q = SquashReference.Forward(squash, c.X);
        Assert.InRange(q.Sum(value => value * value), 0, 1);
        Assert.Equal(CentreSimilarityReference.Cosine(c.X, c.Y), CentreSimilarityReference.Cosine(q, c.Y), 1e-9);
        double[] through = SquashReference.Backward(squash, c.X, CentreSimilarityReference.Backward(pair, q, c.Y, [1]).GradA);
        double[] direct = CentreSimilarityReference.Backward(pair, c.X, c.Y, [1]).GradA;
        double size = Math.Sqrt(c.X.Sum(value => value * value));
        Plain.Near(Array.ConvertAll(direct, value => value * size), Array.ConvertAll(through, value => value * size), 1e-7);
    }, iter: Samples);

    [Fact]
    public void Equal_similarities_cost_exactly_the_margin()
    {
        double[] equal = [.. Enumerable.Repeat(0.25, 16)];
        foreach (MaxMarginAnchors anchors in Enum.GetValues<MaxMarginAnchors>())
        foreach (MaxMarginNegatives negatives in Enum.GetValues<MaxMarginNegatives>())
        {
            MaxMarginOptions options = new(1.5f, anchors, negatives);
            Assert.Equal(1.5, MaxMarginReference.InBatch(4, options, equal).Loss, 1e-12);
            foreach (Device device in (Device[])[TestDevices.Cpu, TestDevices.Simulator])
            {
                using DeviceBuffer<float> similarity = device.Upload<float>(Plain.ToFloat(equal)), gradient = device.Rent<float>(16), loss = device.Rent<float>(1), accuracy = device.Rent<float>(1);
                device.MaxMarginInBatch(4, options, similarity, gradient, loss, accuracy);
                Assert.Equal(1.5f, loss.ToArray()[0], 1e-6f);
                Assert.Equal(0f, accuracy.ToArray()[0]);
            }
        }
        Assert.Equal(1.5, MaxMarginReference.Sampled(4, 4, 1.5, equal, [1, 2, 3, 0]).Loss, 1e-12);
    }

    /// <summary>At a hinge of exactly zero the gradient is zero.</summary>
    [Fact]
    public void A_pair_that_wins_by_exactly_the_margin_is_left_alone()
    {
        double[] similarity = [1, 0, 0, 1];
        (double loss, double[] gradient, double accuracy) = MaxMarginReference.InBatch(2, new MaxMarginOptions(1f), similarity);
        Assert.Equal(0, loss);
        Assert.All(gradient, value => Assert.Equal(0, value));
        Assert.Equal(1, accuracy);
        foreach (Device device in (Device[])[TestDevices.Cpu, TestDevices.Simulator])
        {
            using DeviceBuffer<float> s = device.Upload<float>(Plain.ToFloat(similarity)), grad = device.Rent<float>(4), lossOut = device.Rent<float>(1), accuracyOut = device.Rent<float>(1);
            device.MaxMarginInBatch(2, new MaxMarginOptions(1f), s, grad, lossOut, accuracyOut);
            Assert.Equal([0f, 0f, 0f, 0f], grad.ToArray());
            Assert.Equal([1f], accuracyOut.ToArray());
        }
    }

    /// <summary>
    /// True when every centre of every round is longer than the floor under its norm. A cluster that lost all its positions has a centre
    /// near zero, which the floor shortens: the laws about its direction end there.
    /// </summary>
    private static bool HasDirections(SoftAssignShape shape, double sharpness, double[] h) => Enumerable.Range(1, shape.Rounds).All(rounds =>
        SoftAssignReference.Forward(shape with { Rounds = rounds }, sharpness, h).Centres.Chunk(shape.Dims).All(centre => Math.Sqrt(centre.Sum(value => value * value)) > 100 * SoftAssignReference.NormFloor));

    private static bool SumsToOne(int batch, int clusters, int positions, double[] assignments, double tolerance) =>
        Enumerable.Range(0, batch * positions).All(i =>
            Math.Abs(Enumerable.Range(0, clusters).Sum(k => assignments[(i / positions * clusters + k) * positions + i % positions]) - 1) <= tolerance);

    private static (float[] Centres, float[] Assignments) OnCpu(SoftAssignShape shape, float sharpness, double[] h)
    {
        CpuDevice device = TestDevices.Cpu;
        using DeviceBuffer<float> x = device.Upload<float>(Plain.ToFloat(h)), centres = device.Rent<float>(shape.LengthCentres);
        using DeviceBuffer<float> assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
        device.SoftAssignForward(shape, sharpness, x, centres, assignments, saved);
        return (centres.ToArray(), assignments.ToArray());
    }
}
