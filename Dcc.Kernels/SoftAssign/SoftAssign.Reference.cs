// The definition of the soft assignment and of its gradient through all rounds, in double. Read next: README.md, then Device.SoftAssign.cs.
namespace Dcc.Kernels;

public static class SoftAssignReference
{
    /// <summary>A centre shorter than this is divided by this.</summary>
    public const double NormFloor = 1e-6;

    /// <summary>Centres [batch, clusters, dims] and assignments [batch, clusters, positions] of the last round.</summary>
    public static (double[] Centres, double[] Assignments) Forward(SoftAssignShape shape, double sharpness, double[] h)
    {
        double[] centres = new double[shape.LengthCentres], assignments = new double[shape.LengthAssignments];
        for (int sample = 0; sample < shape.Batch; sample++)
        {
            Round last = Rounds(shape, sharpness, Sample(shape, h, sample))[^1];
            last.Sums.CopyTo(centres, sample * shape.Width);
            last.Assignments.CopyTo(assignments, sample * shape.Clusters * shape.Positions);
        }
        return (centres, assignments);
    }

    /// <summary>gradH from the gradient of the centres. The assignments are for display: no gradient enters through them.</summary>
    public static double[] Backward(SoftAssignShape shape, double sharpness, double[] h, double[] gradCentres)
    {
        double[] gradH = new double[shape.LengthH];
        for (int sample = 0; sample < shape.Batch; sample++)
        {
            double[] gradient = BackwardSample(shape, sharpness, Sample(shape, h, sample), gradCentres[(sample * shape.Width)..((sample + 1) * shape.Width)]);
            gradient.CopyTo(gradH, sample * shape.Positions * shape.Width);
        }
        return gradH;
    }

    /// <summary>What one round computes: s [clusters, positions], o [clusters, dims], o / |o| and |o|.</summary>
    private sealed record Round(double[] Assignments, double[] Sums, double[] Units, double[] Norms);

    private static List<Round> Rounds(SoftAssignShape shape, double sharpness, double[] h)
    {
        (int positions, int clusters, int dims) = (shape.Positions, shape.Clusters, shape.Dims);
        List<Round> rounds = [];
        for (int round = 0; round < shape.Rounds; round++)
        {
            double[] s = new double[clusters * positions], o = new double[shape.Width];
            for (int n = 0; n < positions; n++)
            {
                double[] b = new double[clusters];
                if (round > 0)
                    for (int k = 0; k < clusters; k++)
                        for (int c = 0; c < dims; c++) b[k] += sharpness * rounds[^1].Units[k * dims + c] * h[n * shape.Width + k * dims + c];
                double max = b.Max(), sum = b.Sum(value => Math.Exp(value - max));
                for (int k = 0; k < clusters; k++)
                {
                    s[k * positions + n] = Math.Exp(b[k] - max) / sum;
                    for (int c = 0; c < dims; c++) o[k * dims + c] += s[k * positions + n] * h[n * shape.Width + k * dims + c];
                }
            }
            double[] units = new double[shape.Width], norms = new double[clusters];
            for (int k = 0; k < clusters; k++)
            {
                double square = 0;
                for (int c = 0; c < dims; c++) square += o[k * dims + c] * o[k * dims + c];
                norms[k] = Math.Max(Math.Sqrt(square), NormFloor);
                for (int c = 0; c < dims; c++) units[k * dims + c] = o[k * dims + c] / norms[k];
            }
            rounds.Add(new Round(s, o, units, norms));
        }
        return rounds;
    }

    private static double[] BackwardSample(SoftAssignShape shape, double sharpness, double[] h, double[] gradCentres)
    {
        (int positions, int clusters, int dims) = (shape.Positions, shape.Clusters, shape.Dims);
        List<Round> rounds = Rounds(shape, sharpness, h);
        double[] gradH = new double[h.Length], grad = gradCentres;
        for (int round = shape.Rounds - 1; round >= 0; round--)
        {
            double[] s = rounds[round].Assignments, gradUnits = new double[shape.Width];
            for (int n = 0; n < positions; n++)
            {
                double[] along = new double[clusters];
                double mean = 0;
                for (int k = 0; k < clusters; k++)
                {
                    for (int c = 0; c < dims; c++) along[k] += grad[k * dims + c] * h[n * shape.Width + k * dims + c];
                    mean += s[k * positions + n] * along[k];
                }
                for (int k = 0; k < clusters; k++)
                for (int c = 0; c < dims; c++)
                {
                    int i = n * shape.Width + k * dims + c;
                    gradH[i] += s[k * positions + n] * grad[k * dims + c];
                    if (round == 0) continue;
                    double gradLogit = sharpness * s[k * positions + n] * (along[k] - mean);
                    gradH[i] += gradLogit * rounds[round - 1].Units[k * dims + c];
                    gradUnits[k * dims + c] += gradLogit * h[i];
                }
            }
            if (round > 0) grad = ThroughNorm(shape, rounds[round - 1], gradUnits);
        }
        return gradH;
    }

    /// <summary>Gradient of a sum from that of the unit vector made of it.</summary>
    private static double[] ThroughNorm(SoftAssignShape shape, Round round, double[] gradUnits)
    {
        double[] gradSums = new double[shape.Width];
        for (int k = 0; k < shape.Clusters; k++)
        {
            double along = 0;
            if (round.Norms[k] > NormFloor)
                for (int c = k * shape.Dims; c < (k + 1) * shape.Dims; c++) along += round.Units[c] * gradUnits[c];
            for (int c = k * shape.Dims; c < (k + 1) * shape.Dims; c++) gradSums[c] = (gradUnits[c] - along * round.Units[c]) / round.Norms[k];
        }
        return gradSums;
    }

    private static double[] Sample(SoftAssignShape shape, double[] h, int sample) =>
        h[(sample * shape.Positions * shape.Width)..((sample + 1) * shape.Positions * shape.Width)];
}
