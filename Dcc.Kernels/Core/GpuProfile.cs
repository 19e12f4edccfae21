// What a GPU device was asked to do: kernels loaded, launches, waits of the host. Read next: ../Gpu/GpuKernel.cs.
using System.Diagnostics;

namespace Dcc.Kernels;

/// <summary>A kernel of a device and how often it was launched.</summary>
public sealed class KernelLaunches
{
    internal KernelLaunches(string name) => Name = name;

    /// <summary>The kernel's method, with its structs: ProductTile64Kernel&lt;MatMulSource&gt;.</summary>
    public string Name { get; }

    /// <summary>Launches since the device was opened or <see cref="GpuProfile.Reset"/>.</summary>
    public long Count { get; internal set; }

    /// <summary>Seconds of these launches, measured only while <see cref="GpuProfile.TimeLaunches"/> is on.</summary>
    public double Seconds { get; internal set; }
}

/// <summary>
/// Counters of one device, always on: a launch costs one addition. Read them where the device is not at work (<see cref="Device.Exclusive"/>).
/// Loads happen once per device and are never reset; <see cref="Reset"/> sets the others to 0.
/// </summary>
public sealed class GpuProfile
{
    private readonly List<KernelLaunches> kernels = [];
    private readonly Action wait;
    private KernelLaunches? timed;
    private long since;

    /// <param name="wait">Returns when the device has done all it was asked.</param>
    internal GpuProfile(Action wait) => this.wait = wait;

    /// <summary>Every kernel loaded so far, in the order of loading, launched or not.</summary>
    public IReadOnlyList<KernelLaunches> Kernels => kernels;

    /// <summary>Seconds spent loading kernels: generating code, and the driver's compiler.</summary>
    public double LoadSeconds { get; private set; }

    /// <summary>Launches of all kernels.</summary>
    public long Launches => kernels.Sum(kernel => kernel.Count);

    /// <summary>Copies from the device to the host. Each waits until the device is done.</summary>
    public long HostReads { get; internal set; }

    /// <summary>Copies from the host to the device. Each waits until the device is done.</summary>
    public long HostWrites { get; internal set; }

    /// <summary>Calls of <see cref="Device.Synchronize"/>.</summary>
    public long Synchronizations { get; internal set; }

    /// <summary>
    /// Times every launch until it is set to false: the host then waits for each kernel before the next, so a step takes longer than it would. What the host does between two launches
    /// and copies counts to the kernel before. Waits of this timing are not counted.
    /// </summary>
    public bool TimeLaunches
    {
        get;
        set
        {
            if (field) Settle(next: null);
            field = value;
        }
    }

    public void Reset()
    {
        foreach (KernelLaunches kernel in kernels) (kernel.Count, kernel.Seconds) = (0, 0);
        HostReads = HostWrites = Synchronizations = 0;
    }

    internal void Launching(KernelLaunches kernel)
    {
        kernel.Count++;
        if (TimeLaunches) Settle(kernel);
    }

    /// <summary>Waits for the launch that is being timed, and begins the next.</summary>
    private void Settle(KernelLaunches? next)
    {
        wait();
        timed?.Seconds += Stopwatch.GetElapsedTime(since).TotalSeconds;
        timed = next;
        since = Stopwatch.GetTimestamp();
    }

    internal KernelLaunches Loaded(string name, TimeSpan took)
    {
        KernelLaunches kernel = new(name);
        kernels.Add(kernel);
        LoadSeconds += took.TotalSeconds;
        return kernel;
    }
}
