// Contrastive loss on one thread: two rows a sound. Read next: GpuDevice.Contrastive.cs.
namespace Dcc.Kernels;

public sealed unsafe partial class CpuDevice
{
    private protected override void ContrastiveCore(int batch, float margin, DeviceBuffer<float> distance, DeviceBuffer<int> negatives, DeviceBuffer<float> gradDistance, DeviceBuffer<float> loss, DeviceBuffer<float> accuracy)
    {
        float* squares = Pointer(distance), grad = Pointer(gradDistance);
        int* others = Pointer(negatives);
        new Span<float>(grad, batch * batch).Clear();
        double sum = 0;
        int correct = 0;
        for (int i = 0; i < batch; i++)
        {
            int matched = i * batch + i, mismatched = i * batch + others[i];
            float root = MathF.Sqrt(squares[mismatched] + (float)ContrastiveReference.Epsilon), missing = MathF.Max(0f, margin - root);
            if (squares[matched] < squares[mismatched]) correct++;
            sum += 0.5f * squares[matched] + 0.5f * missing * missing;
            grad[matched] += 0.25f / batch;
            grad[mismatched] -= 0.25f / batch * missing / root;
        }
        *Pointer(loss) = (float)(sum / (2 * batch));
        *Pointer(accuracy) = (float)correct / batch;
    }
}
