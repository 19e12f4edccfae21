// Max-margin losses on one thread: a batch has a few thousand pairs. Read next: GpuDevice.MaxMargin.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void MaxMarginInBatchCore(int batch, in MaxMarginOptions options, DeviceBuffer<float> similarity, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        float* s = Pointer(similarity), grad = Pointer(gradSimilarity);
        new Span<float>(grad, batch * batch).Clear();
        (double terms, double comparisons) = options.Counts(batch);
        float weight = (float)(1 / terms);
        double sum = 0;
        long correct = 0;
        for (int direction = 0; direction < 2; direction++)
        {
            if (direction == 0 ? !options.UsesSounds : !options.UsesImages) continue;
            // A sound's partners stand along its row, a picture's down its column.
            int step = direction == 0 ? 1 : batch;
            for (int anchor = 0; anchor < batch; anchor++)
            {
                int first = direction == 0 ? anchor * batch : anchor, matched = first + anchor * step, hardest = -1;
                for (int other = 0; other < batch; other++)
                {
                    if (other == anchor) continue;
                    int at = first + other * step;
                    if (s[matched] > s[at]) correct++;
                    if (hardest < 0 || s[at] > s[hardest]) hardest = at;
                    if (options.Negatives == MaxMarginNegatives.All) sum += HingeTerm(s, grad, at, matched, options.Margin, weight);
                }
                if (options.Negatives == MaxMarginNegatives.Hardest) sum += HingeTerm(s, grad, hardest, matched, options.Margin, weight);
            }
        }
        *Pointer(loss) = (float)(sum / terms);
        *Pointer(accuracy) = (float)(correct / comparisons);
    }

    private protected override void MaxMarginSampledCore(int sounds, int images, float margin, DeviceBuffer<float> similarity, DeviceBuffer<int> negatives, DeviceBuffer<float> gradSimilarity, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        float* s = Pointer(similarity), grad = Pointer(gradSimilarity);
        int* others = Pointer(negatives);
        new Span<float>(grad, sounds * images).Clear();
        double sum = 0;
        int correct = 0;
        for (int i = 0; i < images; i++)
        {
            int mismatched = others[i] * images + i, matched = i * images + i;
            if (s[matched] > s[mismatched]) correct++;
            sum += HingeTerm(s, grad, mismatched, matched, margin, 1f / images);
        }
        *Pointer(loss) = (float)(sum / images);
        *Pointer(accuracy) = (float)correct / images;
    }

    private static float HingeTerm(float* s, float* grad, int mismatched, int matched, float margin, float weight)
    {
        float hinge = s[mismatched] - s[matched] + margin;
        if (!(hinge > 0f)) return float.IsNaN(hinge) ? hinge : 0f;
        grad[mismatched] += weight;
        grad[matched] -= weight;
        return hinge;
    }
}
