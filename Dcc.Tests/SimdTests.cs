// Which vector width the CPU device runs with, and that CI's runs with narrower vectors really are narrower. Read next: .ci/run.
using System.Numerics;
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class SimdTests
{
    /// <summary>DCC_EXPECT_SIMD is set beside the runtime's own knobs (DOTNET_EnableAVX512=0 ...), which take effect only at process start and have changed names before.</summary>
    [Fact]
    public void Simd_is_what_was_asked_for()
    {
        string expected = Environment.GetEnvironmentVariable("DCC_EXPECT_SIMD") is { Length: > 0 } asked ? asked : CpuDevice.Simd;
        Assert.Equal(expected, CpuDevice.Simd);
        int floats = expected switch { "AVX-512" or "AVX2" => 8, _ => 4 };
        Assert.Equal(floats, Vector<float>.Count);
        Assert.Contains(expected, TestDevices.Cpu.Name, StringComparison.Ordinal);
    }
}
