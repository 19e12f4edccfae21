// The definition of softmax cross-entropy and its gradient, in double. Read next: Device.SoftmaxCrossEntropy.cs.
namespace Dcc.Kernels;

public static class SoftmaxCrossEntropyReference
{
    /// <summary>Mean over the rows of -ln softmax(logits)[label], and its gradient.</summary>
    public static (double Loss, double[] Gradient) Forward(SoftmaxCrossEntropyShape shape, double[] logits, int[] labels)
    {
        double loss = 0;
        double[] gradient = new double[shape.Length];
        for (int row = 0; row < shape.Rows; row++)
        {
            int first = row * shape.Classes, label = labels[row];
            double largest = logits[first..(first + shape.Classes)].Max(), sum = 0;
            for (int c = 0; c < shape.Classes; c++) sum += Math.Exp(logits[first + c] - largest);
            loss += (Math.Log(sum) + largest - logits[first + label]) / shape.Rows;
            for (int c = 0; c < shape.Classes; c++) gradient[first + c] = (Math.Exp(logits[first + c] - largest) / sum - (c == label ? 1 : 0)) / shape.Rows;
        }
        return (loss, gradient);
    }
}
