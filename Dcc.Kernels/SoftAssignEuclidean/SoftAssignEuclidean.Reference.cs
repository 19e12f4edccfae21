// The definition of the Euclidean soft assignment and of its gradient, in double. Read next: README.md, then Device.SoftAssignEuclidean.cs.
namespace Dcc.Kernels;

public static class SoftAssignEuclideanReference
{
    /// <summary>No distance is smaller (its square is kept at 1e-10); where the floor is in force, no gradient flows through the distance.</summary>
    public const double DistanceFloor = 1e-5;

    /// <summary>A cluster whose assignments add up to less keeps its centre: nothing belongs to it, and a mean of nothing is not a number.</summary>
    public const double WeightFloor = 1e-30;

    /// <summary>The sharpness of the published code.</summary>
    public const double DefaultSharpness = 30;

    /// <summary>Centres [batch, clusters, channels] and assignments [batch, clusters, positions] of the last round.</summary>
    public static (double[] Centres, double[] Assignments) Forward(SoftAssignEuclideanShape shape, double sharpness, double[] u)
    {
        double[] centres = new double[shape.LengthCentres], assignments = new double[shape.LengthAssignments];
        for (int sample = 0; sample < shape.Batch; sample++)
        {
            Round last = Rounds(shape, sharpness, Sample(shape, u, sample))[^1];
            last.After.CopyTo(centres, sample * shape.Width);
            last.Assignments.CopyTo(assignments, sample * shape.MapLength);
        }
        return (centres, assignments);
    }

    /// <summary>gradU from the gradient of the centres. The assignments are for display: no gradient enters through them.</summary>
    public static double[] Backward(SoftAssignEuclideanShape shape, double sharpness, double[] u, double[] gradCentres)
    {
        double[] gradU = new double[shape.LengthU];
        for (int sample = 0; sample < shape.Batch; sample++)
        {
            double[] gradient = BackwardSample(shape, sharpness, Sample(shape, u, sample), gradCentres[(sample * shape.Width)..((sample + 1) * shape.Width)]);
            gradient.CopyTo(gradU, sample * shape.SampleLength);
        }
        return gradU;
    }

    /// <summary>One round: the centres before it, distances and assignments [clusters, positions], their sums per cluster, the centres after it.</summary>
    private sealed record Round(double[] Before, double[] Distances, double[] Assignments, double[] Weights, double[] After);

    private static List<Round> Rounds(SoftAssignEuclideanShape shape, double sharpness, double[] u)
    {
        (int positions, int clusters, int channels) = (shape.Positions, shape.Clusters, shape.Channels);
        double[] before = new double[shape.Width];
        for (int k = 0; k < clusters; k++) Array.Copy(u, k * shape.SeedStep * channels, before, k * channels, channels);
        List<Round> rounds = [];
        for (int round = 0; round < shape.Rounds; round++)
        {
            double[] distances = new double[shape.MapLength], s = new double[shape.MapLength], weights = new double[clusters], after = new double[shape.Width];
            for (int n = 0; n < positions; n++)
            {
                double nearest = double.MaxValue, sum = 0;
                for (int k = 0; k < clusters; k++)
                {
                    double square = 0;
                    for (int c = 0; c < channels; c++) square += Math.Pow(u[n * channels + c] - before[k * channels + c], 2);
                    distances[k * positions + n] = Math.Max(Math.Sqrt(square), DistanceFloor);
                    nearest = Math.Min(nearest, distances[k * positions + n]);
                }
                for (int k = 0; k < clusters; k++) sum += Math.Exp(-sharpness * (distances[k * positions + n] - nearest));
                for (int k = 0; k < clusters; k++)
                {
                    s[k * positions + n] = Math.Exp(-sharpness * (distances[k * positions + n] - nearest)) / sum;
                    weights[k] += s[k * positions + n];
                    for (int c = 0; c < channels; c++) after[k * channels + c] += s[k * positions + n] * u[n * channels + c];
                }
            }
            for (int k = 0; k < clusters; k++)
            for (int c = k * channels; c < (k + 1) * channels; c++) after[c] = weights[k] < WeightFloor ? before[c] : after[c] / weights[k];
            rounds.Add(new Round(before, distances, s, weights, after));
            before = after;
        }
        return rounds;
    }

    private static double[] BackwardSample(SoftAssignEuclideanShape shape, double sharpness, double[] u, double[] gradCentres)
    {
        (int positions, int clusters, int channels) = (shape.Positions, shape.Clusters, shape.Channels);
        List<Round> rounds = Rounds(shape, sharpness, u);
        double[] gradU = new double[u.Length], grad = gradCentres;
        for (int r = shape.Rounds - 1; r >= 0; r--)
        {
            (double[] before, double[] distances, double[] s, double[] weights, double[] after) = rounds[r];
            double[] gradBefore = new double[shape.Width];
            for (int k = 0; k < clusters; k++)
                if (weights[k] < WeightFloor) Array.Copy(grad, k * channels, gradBefore, k * channels, channels);
            for (int n = 0; n < positions; n++)
            {
                double[] gradS = new double[clusters];
                double mean = 0;
                for (int k = 0; k < clusters; k++)
                {
                    if (weights[k] < WeightFloor) continue;
                    for (int c = 0; c < channels; c++)
                    {
                        gradS[k] += (u[n * channels + c] - after[k * channels + c]) * grad[k * channels + c] / weights[k];
                        gradU[n * channels + c] += s[k * positions + n] / weights[k] * grad[k * channels + c];
                    }
                    mean += s[k * positions + n] * gradS[k];
                }
                for (int k = 0; k < clusters; k++)
                {
                    double distance = distances[k * positions + n];
                    if (distance <= DistanceFloor) continue;
                    double gradDistance = -sharpness * s[k * positions + n] * (gradS[k] - mean);
                    for (int c = 0; c < channels; c++)
                    {
                        double along = gradDistance * (u[n * channels + c] - before[k * channels + c]) / distance;
                        gradU[n * channels + c] += along;
                        gradBefore[k * channels + c] -= along;
                    }
                }
            }
            grad = gradBefore;
        }
        for (int k = 0; k < clusters; k++)
        for (int c = 0; c < channels; c++) gradU[k * shape.SeedStep * channels + c] += grad[k * channels + c];
        return gradU;
    }

    private static double[] Sample(SoftAssignEuclideanShape shape, double[] u, int sample) => u[(sample * shape.SampleLength)..((sample + 1) * shape.SampleLength)];
}
