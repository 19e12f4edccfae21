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
            if (found.Kind == DeviceKind.Cpu) break;
            try { return found.Kind == DeviceKind.Cuda ? GpuDevice.Cuda(found.Index) : GpuDevice.OpenCl(found.Index); }
            catch (DeviceNotFoundException failure)
            {
                note?.Invoke($"{found.Id} \"{found.Name}\" skipped: {failure.Message}");
            }
        }
        return new CpuDevice();
    }

    /// <summary>Throws <see cref="DeviceNotFoundException"/> for a name that is none and for a device that is not there.</summary>
    public static Device Open(string name, Action<string>? note = null)
    {
        string[] parts = name.Trim().ToLowerInvariant().Split(':');
        int index = 0;
        bool numbered = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        return (parts[0], parts.Length == 1, numbered) switch
        {
            ("auto", true, _) => Best(note),
            ("cpu", true, _) => new CpuDevice(),
            ("simulator", true, _) => GpuDevice.Simulator(),
            ("cuda", true, _) or ("cuda", _, true) => OpenGpu(DeviceKind.Cuda, index),
            ("opencl", true, _) or ("opencl", _, true) => OpenGpu(DeviceKind.OpenCl, index),
            _ => throw new DeviceNotFoundException($"There is no device \"{name}\". Names are auto, cpu, cuda, cuda:1, opencl, opencl:1, simulator; "
                + $"this machine has {Ids(DeviceCatalog.Find())}."),
        };
    }

    /// <summary>Asks the catalog first: it knows why a device is not there.</summary>
    private static GpuDevice OpenGpu(DeviceKind kind, int index)
    {
        DeviceCatalog catalog = DeviceCatalog.Find();
        if (catalog.Found.Any(found => found.Kind == kind && found.Index == index)) return kind == DeviceKind.Cuda ? GpuDevice.Cuda(index) : GpuDevice.OpenCl(index);
        string label = kind == DeviceKind.Cuda ? "CUDA" : "OpenCL";
        string why = string.Concat(catalog.Skipped.Where(skipped => skipped.Name.StartsWith(label, StringComparison.Ordinal)).Select(skipped => $" {skipped}"));
        throw new DeviceNotFoundException($"There is no {label} device {index}.{why} This machine has {Ids(catalog)}; --device cpu always works.");
    }

    private static string Ids(DeviceCatalog catalog) => string.Join(", ", catalog.Found.Select(found => found.Id));
}
