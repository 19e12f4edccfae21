// The definition of the contrastive loss, in double. Read next: Device.Contrastive.cs.
namespace Dcc.Kernels;

public static class ContrastiveReference
{
    /// <summary>Keeps the root of the squared distance differentiable at 0.</summary>
    public const double Epsilon = 1e-9;

    /// <summary>
    /// Mean over 2 * batch rows, the matching (i, i) and the mismatching (i, negatives[i]): 0.5 E2 or 0.5 max(0, margin - sqrt(E2 + 1e-9))^2. Rows are sounds, columns pictures.
    /// Also the gradient, and the share of sounds whose own picture is nearer.
    /// </summary>
    public static (double Loss, double[] Gradient, double Accuracy) Forward(int batch, double margin, double[] distance, int[] negatives)
    {
        double loss = 0, correct = 0;
        double[] gradient = new double[batch * batch];
        for (int i = 0; i < batch; i++)
        {
            int matched = i * batch + i, mismatched = i * batch + negatives[i];
            if (distance[matched] < distance[mismatched]) correct++;
            loss += 0.5 * distance[matched];
            gradient[matched] += 0.5 / (2 * batch);

            double root = Math.Sqrt(distance[mismatched] + Epsilon), missing = Math.Max(0, margin - root);
            loss += 0.5 * missing * missing;
            gradient[mismatched] -= 0.5 * missing / root / (2 * batch);
        }
        return (loss / (2 * batch), gradient, correct / batch);
    }
}
