// Every device of this machine: what can be used, what cannot and why. Read next: Devices.cs, which chooses from it.
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace Dcc.Kernels;

/// <summary>
/// A device that can be opened. <see cref="Memory"/> is in bytes; <see cref="WhyNotAutomatic"/> is null if "auto" may choose the device,
/// else the reason in a sentence; <see cref="Id"/> is what <see cref="Devices.Open"/> and --device take: "cuda:0".
/// </summary>
public sealed record FoundDevice(DeviceKind Kind, int Index, string Name, long Memory, string? WhyNotAutomatic)
{
    public string Id => Kind switch
    {
        DeviceKind.Cuda => $"cuda:{Index}",
        DeviceKind.OpenCl => $"opencl:{Index}",
        DeviceKind.Simulator => "simulator",
        _ => "cpu",
    };
}

/// <summary>A device, or a whole kind of devices, that cannot be used, and why in a sentence that says what to do where something can be done.</summary>
public sealed record SkippedDevice(string Name, string Reason)
{
    public override string ToString() => $"{Name} skipped: {Reason}";
}

/// <summary>What <see cref="Find"/> saw. Devices are numbered as <see cref="GpuDevice.Cuda"/> and <see cref="GpuDevice.OpenCl"/> number them.</summary>
public sealed record DeviceCatalog(IReadOnlyList<FoundDevice> Found, IReadOnlyList<SkippedDevice> Skipped)
{
    /// <summary>Asks each driver for its devices; opens none. Never throws: a driver that fails is a skipped device.</summary>
    public static DeviceCatalog Find()
    {
        DriverLibraries.Prepare();
        List<FoundDevice> found = [];
        List<SkippedDevice> skipped = [];
        Ask("CUDA", FindCuda);
        Ask("OpenCL", FindOpenCl);
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        string simd = $"{CpuDevice.Simd}, {Environment.ProcessorCount} thread{(Environment.ProcessorCount == 1 ? "" : "s")}";
        found.Add(new FoundDevice(DeviceKind.Cpu, 0, simd, memory, null));
        found.Add(new FoundDevice(DeviceKind.Simulator, 0, "ILGPU's simulator", memory, "It is a debugger for kernels on tiny shapes, thousands of times too slow for work."));
        return new DeviceCatalog(found, skipped);

        void Ask(string name, Action<List<FoundDevice>, List<SkippedDevice>> find)
        {
            try { find(found, skipped); }
            catch (Exception failure) when (failure is not OutOfMemoryException) { skipped.Add(new SkippedDevice(name, $"its driver failed: {failure.Message}")); }
        }
    }

    private static void FindCuda(List<FoundDevice> found, List<SkippedDevice> skipped)
    {
        const string Kind = "CUDA";
        if (!DriverLibraries.CanLoad("cuda"))
        {
            skipped.Add(new SkippedDevice(Kind, "no NVIDIA driver is installed."));
            return;
        }
        if (!CudaAPI.CurrentAPI.IsSupported)
        {
            skipped.Add(new SkippedDevice(Kind, "the NVIDIA driver's library is there but does not start; nvidia-smi says why."));
            return;
        }
        int before = found.Count + skipped.Count, index = 0;
        foreach (CudaDevice device in CudaDevice.GetDevices(_ => true).Cast<CudaDevice>())
        {
            bool usable = device.Architecture is not null && device.InstructionSet is { } set && PTXCodeGenerator.SupportedInstructionSets.Contains(set);
            if (usable) found.Add(new FoundDevice(DeviceKind.Cuda, index++, device.Name.Trim(), device.MemorySize, null));
            else skipped.Add(new SkippedDevice($"{Kind} \"{device.Name.Trim()}\"", "its driver is too old for the kernels; update it."));
        }
        if (found.Count + skipped.Count == before) skipped.Add(new SkippedDevice(Kind, "the NVIDIA driver shows no card."));
    }

    private static void FindOpenCl(List<FoundDevice> found, List<SkippedDevice> skipped)
    {
        const string Kind = "OpenCL";
        if (!DriverLibraries.CanLoad("OpenCL"))
        {
            skipped.Add(new SkippedDevice(Kind, "no OpenCL library is installed."));
            return;
        }
        if (!CLAPI.CurrentAPI.IsSupported)
        {
            skipped.Add(new SkippedDevice(Kind, "the OpenCL loader is installed, but no platform is: install the OpenCL driver of the card."));
            return;
        }
        int before = found.Count + skipped.Count, index = 0;
        foreach (CLDevice device in CLDevice.GetDevices(_ => true).Cast<CLDevice>())
        {
            string name = device.Name.Trim();
            // ILGPU's own conditions (CLContextExtensions.OpenCL), so that the numbers here are those of GpuDevice.OpenCl.
            if (device.CLStdVersion < CLBackend.MinimumVersion)
                skipped.Add(new SkippedDevice($"{Kind} \"{name}\"", $"it has {device.CLStdVersion}, the kernels need {CLBackend.MinimumVersion}."));
            else if (!device.Capabilities.GenericAddressSpace)
                skipped.Add(new SkippedDevice($"{Kind} \"{name}\"", "it has no generic address space; a newer driver may (PoCL has it from version 5 on)."));
            else
                found.Add(new FoundDevice(DeviceKind.OpenCl, index++, name, device.MemorySize, device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU)
                    ? null
                    : "It is no graphics card but a processor, where the CPU device is the faster one."));
        }
        if (found.Count + skipped.Count == before) skipped.Add(new SkippedDevice(Kind, "a platform is installed, but it shows no device."));
    }
}
