// Keeps other host threads off a device for a while. Read next: Device.cs.
namespace Dcc.Kernels;

/// <summary>Made by <see cref="Device.Exclusive"/>; the default value holds nothing.</summary>
public readonly struct DeviceHold : IDisposable
{
    private readonly object? gate;

    internal DeviceHold(object gate)
    {
        this.gate = gate;
        Monitor.Enter(gate);
    }

    public void Dispose()
    {
        if (gate is not null) Monitor.Exit(gate);
    }
}
