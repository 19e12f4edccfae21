// Thrown when a device that was asked for is not there. Read next: Core/DeviceCatalog.cs.
namespace Dcc.Kernels;

/// <summary>The message names the device, what was found instead and what to do.</summary>
public sealed class DeviceNotFoundException : Exception
{
    public DeviceNotFoundException(string message) : base(message) { }

    public DeviceNotFoundException(string message, Exception inner) : base(message, inner) { }
}
