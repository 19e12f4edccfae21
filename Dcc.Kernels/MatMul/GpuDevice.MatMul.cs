// Matrix product on the GPU. Ladder: naive (any device), then a shared-memory tile. Read next: ../Conv2d/GpuDevice.Conv2d.cs.

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private protected override void MatMulCore(in MatMulShape shape, Epilogue epilogue, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float>? bias, DeviceBuffer<float> c) =>
        throw new NotSupportedException();

    private protected override void ColumnSumsCore(int rows, int columns, DeviceBuffer<float> x, DeviceBuffer<float> sums) => throw new NotSupportedException();
}
