// Worked examples of both clustering profiles, small enough to follow by hand, on the references and on the devices. Read next: ClusteringInvariantTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class ClusteringGoldenTests
{
    // Projected profile: 3 channels, 2 clusters of 2 dims, 3 rounds. Columns 0-1 of W are W_1, columns 2-3 are W_2.
    private static readonly double[] weight = [1, 0.5, -0.5, 1, 0, 1, 1, 0.25, 0.5, -1, 0.75, 0];
    private static readonly double[] sound = [1, 0, 2, 0, 1, 1, 3, 1, 0], image = [0.5, 2, 0, 1, 1, 1];
    private static readonly double[] soundAssignments = [0.553003, 0.325633, 0.620774, 0.446997, 0.674367, 0.379226];
    private static readonly double[] imageAssignments = [0.513623, 0.433807, 0.486377, 0.566193];
    private static readonly double[] soundCentres = [1.198668, 0.119800, 0.974429, 0.708861], imageCentres = [0.500260, 0.685803, 0.821488, 0.644542];
    private static readonly double[] cosines = [0.666745, 0.999339];
    private const double Similarity = 1.666084;

    // Euclidean profile: 4 positions of 2 channels, 2 clusters, 4 rounds; then one audio centre.
    private static readonly double[] features = [0, 0, 0.2, 0.1, 0.3, 0.1, 0.1, 0.4], audioCentre = [0.5, 0.5];
    private static readonly double[] euclideanCentres = [0.0097782, 0.0060054, 0.1998593, 0.2012009], firstCluster = [0.999696, 0.036993, 0.008038, 0.004495];
    private const double NearestDistance = 0.4235155, OtherDistance = 0.6959512, MatchingLoss = 0.0896827, MismatchingLoss = 10.472105;

    [Fact]
    public void Projected_profile_of_the_reference()
    {
        (double[] a, double[] assignedA) = SoftAssignReference.Forward(new(1, 3, 2, 2, 3), 1, Plain.Product(SquashReference.Forward(new(3, 3), sound), 3, 3, weight, 4));
        (double[] v, double[] assignedV) = SoftAssignReference.Forward(new(1, 2, 2, 2, 3), 1, Plain.Product(SquashReference.Forward(new(2, 3), image), 2, 3, weight, 4));
        Plain.Near(soundAssignments, assignedA, 1e-6);
        Plain.Near(imageAssignments, assignedV, 1e-6);
        Plain.Near(soundCentres, a, 1e-6);
        Plain.Near(imageCentres, v, 1e-6);
        Plain.Near(cosines, CentreSimilarityReference.PairCosines(new(1, 1, 2, 2), a, v), 1e-6);
        Plain.Near([Similarity], CentreSimilarityReference.Forward(new(1, 1, 2, 2), a, v), 1e-6);
    }

    [Fact]
    public void Euclidean_profile_of_the_reference()
    {
        (double[] centres, double[] assignments) = SoftAssignEuclideanReference.Forward(new(1, 4, 2, 2), 30, features);
        Plain.Near(euclideanCentres, centres, 1e-6);
        Plain.Near(firstCluster, assignments[..4], 1e-6);

        (double[] distance, int[] nearest, _) = CentreDistanceReference.Forward(new(1, 1, 1, 2, 2), audioCentre, centres);
        Assert.Equal(1, nearest[0]);
        Plain.Near([NearestDistance], [Math.Sqrt(distance[0])], 1e-6);
        Plain.Near([OtherDistance], [Math.Sqrt(CentreDistanceReference.Forward(new(1, 1, 1, 1, 2), audioCentre, centres[..2]).Distance[0])], 1e-6);

        // Every pair of this batch of two is at that distance: the loss is the mean of a matching and a mismatching row.
        double[] all = [distance[0], distance[0], distance[0], distance[0]];
        Plain.Near([(MatchingLoss + MismatchingLoss) / 2], [ContrastiveReference.Forward(2, 5, all, [1, 0]).Loss], 1e-6);
        Plain.Near([MatchingLoss], [0.5 * distance[0]], 1e-6);
    }

    [Fact]
    public void Cpu() => OnDevice(TestDevices.Cpu);

    [Fact]
    public void Simulator() => OnDevice(TestDevices.Simulator);

    [OpenClFact]
    public void OpenCl() => OnDevice(TestDevices.OpenCl);

    private static void OnDevice(Device device)
    {
        (DeviceBuffer<float> a, float[] assignedA) = Cluster(device, sound, 3);
        (DeviceBuffer<float> v, float[] assignedV) = Cluster(device, image, 2);
        using DeviceBuffer<float> similarity = device.Rent<float>(1), pairs = device.Rent<float>(2);
        device.CentreSimilarityForward(new(1, 1, 2, 2), a, v, similarity);
        device.PairCosinesForward(new(1, 1, 2, 2), a, v, pairs);
        Plain.Near(soundAssignments, assignedA, 1e-5);
        Plain.Near(imageAssignments, assignedV, 1e-5);
        Plain.Near(soundCentres, a.ToArray(), 1e-5);
        Plain.Near(imageCentres, v.ToArray(), 1e-5);
        Plain.Near(cosines, pairs.ToArray(), 1e-5);
        Plain.Near([Similarity], similarity.ToArray(), 1e-5);
        a.Dispose();
        v.Dispose();

        SoftAssignEuclideanShape shape = new(1, 4, 2, 2);
        using DeviceBuffer<float> u = device.Upload<float>(Plain.ToFloat(features)), centres = device.Rent<float>(4), assignments = device.Rent<float>(8), saved = device.Rent<float>(shape.LengthSaved);
        device.SoftAssignEuclideanForward(shape, 30f, u, centres, assignments, saved);
        Plain.Near(euclideanCentres, centres.ToArray(), 1e-5);
        Plain.Near(firstCluster, assignments.ToArray()[..4], 1e-5);

        using DeviceBuffer<float> audio = device.Upload<float>(Plain.ToFloat(audioCentre)), distance = device.Rent<float>(1), squares = device.Rent<float>(1);
        using DeviceBuffer<int> nearest = device.Rent<int>(1), negatives = device.Upload<int>([1, 0]);
        device.CentreDistanceForward(new(1, 1, 1, 2, 2), audio, centres, distance, nearest, squares);
        Assert.Equal([1], nearest.ToArray());
        Plain.Near([NearestDistance * NearestDistance], distance.ToArray(), 1e-5);

        using DeviceBuffer<float> all = device.Rent<float>(4), gradient = device.Rent<float>(4), loss = device.Rent<float>(1), accuracy = device.Rent<float>(1);
        device.Fill(all, distance.ToArray()[0]);
        device.Contrastive(2, 5f, all, negatives, gradient, loss, accuracy);
        Plain.Near([(MatchingLoss + MismatchingLoss) / 2], loss.ToArray(), 1e-5);
    }

    private static (DeviceBuffer<float> Centres, float[] Assignments) Cluster(Device device, double[] x, int positions)
    {
        SoftAssignShape shape = new(1, positions, 2, 2, 3);
        using DeviceBuffer<float> features = device.Upload<float>(Plain.ToFloat(x)), unit = device.Rent<float>(x.Length);
        device.SquashForward(new(positions, 3), features, unit);
        double[] projected = Plain.Product(Plain.ToDouble(unit.ToArray()), positions, 3, weight, 4);
        using DeviceBuffer<float> h = device.Upload<float>(Plain.ToFloat(projected)), assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved);
        DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres);
        device.SoftAssignForward(shape, 1f, h, centres, assignments, saved);
        return (centres, assignments.ToArray());
    }
}
