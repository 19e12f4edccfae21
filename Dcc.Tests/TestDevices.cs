// The devices that tests run on. OpenCL is used where an OpenCL device exists; DCC_REQUIRE_OPENCL=1 (set in CI) makes its absence a failure. Read next: OpTests.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

internal static class TestDevices
{
    private static readonly Lazy<CpuDevice> cpu = new(() => new CpuDevice(0, guards: true));
    private static readonly Lazy<GpuDevice> simulator = new(GpuDevice.Simulator);
    private static readonly Lazy<(GpuDevice? Device, string Why)> openCl = new(OpenOpenCl);

    public static CpuDevice Cpu => cpu.Value;

    public static GpuDevice Simulator => simulator.Value;

    public static GpuDevice OpenCl => openCl.Value.Device ?? throw new InvalidOperationException(openCl.Value.Why);

    /// <summary>Null if OpenCL tests should run, else why they are skipped.</summary>
    public static string? WhyNoOpenCl =>
        Environment.GetEnvironmentVariable("DCC_REQUIRE_OPENCL") == "1" || openCl.Value.Device is not null ? null : openCl.Value.Why;

    private static (GpuDevice?, string) OpenOpenCl()
    {
        try { return (GpuDevice.OpenCl(), ""); }
        catch (DeviceNotFoundException missing) { return (null, missing.Message); }
    }
}

/// <summary>A theory that needs an OpenCL device and prints why it is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenClTheoryAttribute : TheoryAttribute
{
    public OpenClTheoryAttribute() => Skip = TestDevices.WhyNoOpenCl;
}

/// <summary>A fact that needs an OpenCL device and prints why it is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenClFactAttribute : FactAttribute
{
    public OpenClFactAttribute() => Skip = TestDevices.WhyNoOpenCl;
}
