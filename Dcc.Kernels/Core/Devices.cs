// Opens a device by name, or the best one. Apart from Device, so that an app with the CPU device alone never reaches ILGPU. Read next: DeviceCatalog.cs.
using System.Globalization;

namespace Dcc.Kernels;

/// <summary>The names that <see cref="Open"/> takes are those of --device: cpu, cuda, cuda:1, opencl, opencl:1, simulator, auto.</summary>
public static class Devices
{
    /// <summary>CUDA if there is one, then an OpenCL graphics card, then the CPU. Each device passed over is told to <paramref name="note"/> in a sentence.</summary>
    public static Device Best(Action<string>? note = null)
    {
        DeviceCatalog catalog = DeviceCatalog.Find();
        foreach (SkippedDevice skipped in catalog.Skipped) note?.Invoke(skipped.ToString());
        foreach (FoundDevice found in catalog.Found)
        {
            if (found.WhyNotAutomatic is not null)
            {
                if (found.Kind != DeviceKind.Simulator) note?.Invoke($"{found.Id} \"{found.Name}\" not chosen: {found.WhyNotAutomatic}");
                continue;
            }
            try { return OpenKind(found.Kind, found.Index); }
            catch (Exception failure) when (found.Kind != DeviceKind.Cpu && failure is not OutOfMemoryException)
            {
                note?.Invoke($"{found.Id} \"{found.Name}\" skipped: it could not be opened: {failure.Message}");
            }
        }
        return new CpuDevice();
    }

    /// <summary>Throws <see cref="DeviceNotFoundException"/> for a name that is none and for a device that is not there.</summary>
    public static Device Open(string name, Action<string>? note = null)
    {
        string[] parts = name.Trim().ToLowerInvariant().Split(':');
        bool numbered = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        int index = numbered ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        return (parts[0], parts.Length == 1, numbered) switch
        {
            ("auto", true, _) => Best(note),
            ("cpu", true, _) => new CpuDevice(),
            ("simulator", true, _) => GpuDevice.Simulator(),
            ("cuda", true, _) or ("cuda", _, true) => OpenKind(DeviceKind.Cuda, index),
            ("opencl", true, _) or ("opencl", _, true) => OpenKind(DeviceKind.OpenCl, index),
            _ => throw new DeviceNotFoundException($"There is no device \"{name}\". Names are auto, cpu, cuda, cuda:1, opencl, opencl:1, simulator; "
                + $"this machine has {string.Join(", ", DeviceCatalog.Find().Found.Select(found => found.Id))}."),
        };
    }

    private static Device OpenKind(DeviceKind kind, int index) => kind switch
    {
        DeviceKind.Cuda => GpuDevice.Cuda(index),
        DeviceKind.OpenCl => GpuDevice.OpenCl(index),
        DeviceKind.Simulator => GpuDevice.Simulator(),
        _ => new CpuDevice(),
    };
}
