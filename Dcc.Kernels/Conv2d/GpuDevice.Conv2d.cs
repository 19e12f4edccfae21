// Convolution on the GPU. Read next: README.md.
namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private protected override void Conv2dForwardCore(in Conv2dShape shape, Epilogue epilogue, DeviceBuffer<float> x, DeviceBuffer<float> weight, DeviceBuffer<float>? bias, DeviceBuffer<float> y) => throw new NotSupportedException();
    private protected override void Conv2dBackwardDataCore(in Conv2dShape shape, DeviceBuffer<float> weight, DeviceBuffer<float> gradY, DeviceBuffer<float> gradX) => throw new NotSupportedException();
    private protected override void Conv2dBackwardWeightCore(in Conv2dShape shape, DeviceBuffer<float> x, DeviceBuffer<float> gradY, DeviceBuffer<float> gradWeight) => throw new NotSupportedException();
}
