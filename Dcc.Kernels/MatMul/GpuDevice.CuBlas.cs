// NVIDIA's own matrix product, a yardstick for ours: no op uses it. Read next: GpuDevice.Product.cs, ../../Dcc.Bench/Gpu/GpuLadder.cs.
using ILGPU.Runtime.Cuda;

namespace Dcc.Kernels;

public sealed partial class GpuDevice
{
    private CuBlas? cuBlas;

    /// <summary>
    /// c [m, n] = a [m, k] b [k, n] by cuBLAS, in single precision without tensor cores' shortened one. Returns null, or in a sentence why there is no cuBLAS here.
    /// </summary>
    internal string? CuBlasProduct(int m, int n, int k, DeviceBuffer<float> a, DeviceBuffer<float> b, DeviceBuffer<float> c)
    {
        if (accelerator is not CudaAccelerator cuda) return "cuBLAS runs on CUDA devices only.";
        try
        {
            cuBlas ??= new CuBlas(cuda) { Stream = (CudaStream)cuda.DefaultStream };
            // Its matrices lie column by column, so ours are their transposes: c' = b' a'.
            cuBlas.Gemm(CuBlasOperation.NonTranspose, CuBlasOperation.NonTranspose, n, m, k, 1f, View(b), n, View(a), k, 0f, View(c), n);
            return null;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or NotSupportedException or CuBlasException)
        {
            return $"cuBLAS could not be used ({failure.Message.Split('\n')[0]}). Install NVIDIA's cuBLAS library of the driver's CUDA version.";
        }
    }
}
