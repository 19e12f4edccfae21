// The whole of DCC behind the networks: features to loss and back, gradients of the chain against central differences. Read next: OpTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class DccChainTests
{
    private const int Batch = 2, Channels = 5, SoundPositions = 4, ImagePositions = 3;

    private static readonly SoftAssignShape soundShape = new(Batch, SoundPositions, 3, 2, 3), imageShape = soundShape with { Positions = ImagePositions };
    private static readonly CentreSimilarityShape pairs = new(Batch, Batch, 3, 2);
    private static readonly MaxMarginOptions margin = new(3f);
    private const double Sharpness = 1.5;

    /// <summary>Squash, shared projection, soft assignment, output squash, similarity, loss: every element of the features and of W.</summary>
    [Fact]
    public void Projected_profile_agrees_with_central_differences()
    {
        (double[] sound, double[] image, double[] weight) = Inputs();
        (double[] gradSound, double[] gradImage, double[] gradWeight) = ProjectedGradients(sound, image, weight);
        Plain.Near(Plain.Differences(x => ProjectedLoss(x, image, weight), sound, 1e-5), gradSound, 1e-8);
        Plain.Near(Plain.Differences(x => ProjectedLoss(sound, x, weight), image, 1e-5), gradImage, 1e-8);
        Plain.Near(Plain.Differences(x => ProjectedLoss(sound, image, x), weight, 1e-5), gradWeight, 1e-8);
    }

    [Fact]
    public void Projected_profile_on_the_cpu() => ProjectedOnDevice(TestDevices.Cpu);

    [Fact]
    public void Projected_profile_on_the_simulator() => ProjectedOnDevice(TestDevices.Simulator);

    [OpenClFact]
    public void Projected_profile_on_OpenCl() => ProjectedOnDevice(TestDevices.OpenCl);

    /// <summary>Euclidean soft assignment with two clusters of sound and three of the picture, distance of nearest centres, contrastive loss.</summary>
    [Fact]
    public void Euclidean_profile_agrees_with_central_differences()
    {
        SoftAssignEuclideanShape soundClusters = new(Batch, SoundPositions, Channels, 2), imageClusters = new(Batch, 6, Channels, 3);
        CentreDistanceShape distances = new(Batch, Batch, 2, 3, Channels);
        Random random = new(3);
        double[] sound = Plain.Random(random, soundClusters.LengthU, 0.3), image = Plain.Random(random, imageClusters.LengthU, 0.3);
        int[] negatives = [1, 0];
        double Loss(double[] u, double[] w) => ContrastiveReference.Forward(Batch, 5, CentreDistanceReference.Forward(distances,
            SoftAssignEuclideanReference.Forward(soundClusters, 10, u).Centres, SoftAssignEuclideanReference.Forward(imageClusters, 10, w).Centres).Distance, negatives).Loss;

        double[] a = SoftAssignEuclideanReference.Forward(soundClusters, 10, sound).Centres, v = SoftAssignEuclideanReference.Forward(imageClusters, 10, image).Centres;
        double[] gradDistance = ContrastiveReference.Forward(Batch, 5, CentreDistanceReference.Forward(distances, a, v).Distance, negatives).Gradient;
        (double[] gradA, double[] gradV) = CentreDistanceReference.Backward(distances, a, v, gradDistance);
        Plain.Near(Plain.Differences(x => Loss(x, image), sound, 1e-6), SoftAssignEuclideanReference.Backward(soundClusters, 10, sound, gradA), 1e-7);
        Plain.Near(Plain.Differences(x => Loss(sound, x), image, 1e-6), SoftAssignEuclideanReference.Backward(imageClusters, 10, image, gradV), 1e-7);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        using CpuDevice one = new(1), three = new(3);
        (float[] first, float[] second) = (Bits(one), Bits(three));
        Assert.Equal(first, second);

        static float[] Bits(CpuDevice device)
        {
            SoftAssignShape shape = new(5, 37, 10, 16, 3);
            using DeviceBuffer<float> h = device.Upload<float>(Plain.ToFloat(Plain.Random(new Random(1), shape.LengthH))), centres = device.Rent<float>(shape.LengthCentres);
            using DeviceBuffer<float> assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved), gradH = device.Rent<float>(shape.LengthH);
            device.SoftAssignForward(shape, 1f, h, centres, assignments, saved);
            device.SoftAssignBackward(shape, 1f, h, saved, centres, gradH);
            return gradH.ToArray();
        }
    }

    /// <summary>Features that are all zero, or all the same, have gradients that are numbers.</summary>
    [Fact]
    public void Degenerate_features_give_finite_gradients()
    {
        SoftAssignShape projected = new(1, 4, 2, 2, 3);
        SoftAssignEuclideanShape euclidean = new(1, 4, 2, 2);
        foreach (Device device in (Device[])[TestDevices.Cpu, TestDevices.Simulator])
        foreach (float value in (float[])[0f, 1f])
        {
            using DeviceBuffer<float> x = device.Rent<float>(projected.LengthH), centres = device.Rent<float>(4), assignments = device.Rent<float>(8), saved = device.Rent<float>(projected.LengthSaved);
            using DeviceBuffer<float> grad = device.Upload<float>([1f, -1f, 2f, 0.5f]), gradX = device.Rent<float>(projected.LengthH);
            device.Fill(x, value);
            device.SoftAssignForward(projected, 1f, x, centres, assignments, saved);
            device.SoftAssignBackward(projected, 1f, x, saved, grad, gradX);
            Assert.All(gradX.ToArray(), element => Assert.True(float.IsFinite(element)));
            Assert.All(assignments.ToArray(), element => Assert.Equal(0.5f, element));

            using DeviceBuffer<float> u = x.Slice(0, euclidean.LengthU), gradU = gradX.Slice(0, euclidean.LengthU), entering = device.Rent<float>(euclidean.LengthSaved);
            device.SoftAssignEuclideanForward(euclidean, 30f, u, centres, assignments, entering);
            device.SoftAssignEuclideanBackward(euclidean, 30f, u, entering, centres, grad, gradU);
            Assert.All(gradU.ToArray(), element => Assert.True(float.IsFinite(element)));
            Assert.All(centres.ToArray(), element => Assert.Equal(value, element));
        }
    }

    [Fact]
    public void More_Euclidean_clusters_than_positions_is_refused()
    {
        using DeviceBuffer<float> any = TestDevices.Cpu.Rent<float>(1);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => TestDevices.Cpu.SoftAssignEuclideanForward(new(1, 2, 1, 3), 30f, any, any, any, any));
        Assert.Contains("at most 2 clusters", refused.Message, StringComparison.Ordinal);
    }

    private static (double[] Sound, double[] Image, double[] Weight) Inputs()
    {
        Random random = new(7);
        return (Plain.Random(random, Batch * SoundPositions * Channels), Plain.Random(random, Batch * ImagePositions * Channels), Plain.Random(random, Channels * soundShape.Width));
    }

    private static (double[] Unit, double[] H, double[] Centres, double[] Output) ProjectedForward(SoftAssignShape shape, double[] x, double[] weight)
    {
        int rows = shape.Batch * shape.Positions;
        double[] unit = SquashReference.Forward(new(rows, Channels), x), h = Plain.Product(unit, rows, Channels, weight, shape.Width);
        double[] centres = SoftAssignReference.Forward(shape, Sharpness, h).Centres;
        return (unit, h, centres, SquashReference.Forward(new(shape.Batch * shape.Clusters, shape.Dims), centres));
    }

    private static (double[] GradX, double[] GradWeight) ProjectedBackward(SoftAssignShape shape, double[] x, double[] weight, double[] gradOutput)
    {
        int rows = shape.Batch * shape.Positions;
        (double[] unit, double[] h, double[] centres, _) = ProjectedForward(shape, x, weight);
        double[] gradCentres = SquashReference.Backward(new(shape.Batch * shape.Clusters, shape.Dims), centres, gradOutput);
        double[] gradH = SoftAssignReference.Backward(shape, Sharpness, h, gradCentres);
        double[] gradUnit = Plain.Product(gradH, rows, shape.Width, Plain.Transposed(weight, Channels, shape.Width), Channels);
        return (SquashReference.Backward(new(rows, Channels), x, gradUnit), Plain.Product(Plain.Transposed(unit, rows, Channels), Channels, rows, gradH, shape.Width));
    }

    private static double ProjectedLoss(double[] sound, double[] image, double[] weight)
    {
        double[] a = ProjectedForward(soundShape, sound, weight).Output, v = ProjectedForward(imageShape, image, weight).Output;
        return MaxMarginReference.InBatch(Batch, margin, CentreSimilarityReference.Forward(pairs, a, v)).Loss;
    }

    private static (double[] GradSound, double[] GradImage, double[] GradWeight) ProjectedGradients(double[] sound, double[] image, double[] weight)
    {
        double[] a = ProjectedForward(soundShape, sound, weight).Output, v = ProjectedForward(imageShape, image, weight).Output;
        double[] gradSimilarity = MaxMarginReference.InBatch(Batch, margin, CentreSimilarityReference.Forward(pairs, a, v)).Gradient;
        (double[] gradA, double[] gradV) = CentreSimilarityReference.Backward(pairs, a, v, gradSimilarity);
        (double[] gradSound, double[] gradWeightSound) = ProjectedBackward(soundShape, sound, weight, gradA);
        (double[] gradImage, double[] gradWeightImage) = ProjectedBackward(imageShape, image, weight, gradV);
        return (gradSound, gradImage, Plain.Sum(gradWeightSound, gradWeightImage));
    }

    private static void ProjectedOnDevice(Device device)
    {
        (double[] sound, double[] image, double[] weight) = Inputs();
        (double[] gradSound, double[] gradImage, _) = ProjectedGradients(sound, image, weight);
        using Half a = new(device, soundShape, sound, weight), v = new(device, imageShape, image, weight);
        using DeviceBuffer<float> similarity = device.Rent<float>(pairs.LengthSimilarity), gradSimilarity = device.Rent<float>(pairs.LengthSimilarity);
        using DeviceBuffer<float> loss = device.Rent<float>(1), accuracy = device.Rent<float>(1), gradA = device.Rent<float>(pairs.LengthA), gradV = device.Rent<float>(pairs.LengthV);
        device.CentreSimilarityForward(pairs, a.Output, v.Output, similarity);
        device.MaxMarginInBatch(Batch, margin, similarity, gradSimilarity, loss, accuracy);
        device.CentreSimilarityBackward(pairs, a.Output, v.Output, gradSimilarity, gradA, gradV);
        Plain.Near([ProjectedLoss(sound, image, weight)], loss.ToArray(), 1e-5);
        Plain.Near(gradSound, a.Backward(gradA), 1e-5);
        Plain.Near(gradImage, v.Backward(gradV), 1e-5);
    }

    /// <summary>One modality's half of the chain on a device; only the projection is done on the host.</summary>
    private sealed class Half : IDisposable
    {
        private readonly SoftAssignShape shape;
        private readonly double[] weight;
        private readonly DeviceBuffer<float> x, h, centres, saved;

        public Half(Device device, SoftAssignShape shape, double[] features, double[] weight)
        {
            (this.shape, this.weight) = (shape, weight);
            x = device.Upload<float>(Plain.ToFloat(features));
            using DeviceBuffer<float> unit = device.Rent<float>(x.Length), assignments = device.Rent<float>(shape.LengthAssignments);
            device.SquashForward(new(Rows, Channels), x, unit);
            h = device.Upload<float>(Plain.ToFloat(Plain.Product(Plain.ToDouble(unit.ToArray()), Rows, Channels, weight, shape.Width)));
            (centres, saved, Output) = (device.Rent<float>(shape.LengthCentres), device.Rent<float>(shape.LengthSaved), device.Rent<float>(shape.LengthCentres));
            device.SoftAssignForward(shape, (float)Sharpness, h, centres, assignments, saved);
            device.SquashForward(new(shape.Batch * shape.Clusters, shape.Dims), centres, Output);
        }

        public DeviceBuffer<float> Output { get; }

        private int Rows => shape.Batch * shape.Positions;

        public float[] Backward(DeviceBuffer<float> gradOutput)
        {
            Device device = x.Device;
            using DeviceBuffer<float> gradH = device.Rent<float>(h.Length), gradX = device.Rent<float>(x.Length);
            device.SquashBackward(new(shape.Batch * shape.Clusters, shape.Dims), centres, gradOutput, gradOutput);
            device.SoftAssignBackward(shape, (float)Sharpness, h, saved, gradOutput, gradH);
            double[] gradUnit = Plain.Product(Plain.ToDouble(gradH.ToArray()), Rows, shape.Width, Plain.Transposed(weight, Channels, shape.Width), Channels);
            using DeviceBuffer<float> gradUnits = device.Upload<float>(Plain.ToFloat(gradUnit));
            device.SquashBackward(new(Rows, Channels), x, gradUnits, gradX);
            return gradX.ToArray();
        }

        public void Dispose()
        {
            foreach (DeviceBuffer<float> buffer in (DeviceBuffer<float>[])[x, h, centres, saved, Output]) buffer.Dispose();
        }
    }
}
