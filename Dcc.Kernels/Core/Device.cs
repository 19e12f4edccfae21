// The contract between the engine and a machine that computes. One partial file per op lives in that op's folder (Device.<Op>.cs).
// Read next: DeviceBuffer.cs, then Elementwise/README.md for how an op folder is laid out.
namespace Dcc.Kernels;

/// <summary>What a device is made of.</summary>
public enum DeviceKind
{
    /// <summary>SIMD code in C# on the processor's cores.</summary>
    Cpu,
    /// <summary>ILGPU kernels compiled to PTX for an NVIDIA card.</summary>
    Cuda,
    /// <summary>ILGPU kernels compiled to OpenCL C.</summary>
    OpenCl,
    /// <summary>ILGPU kernels run by ILGPU's own simulator: a debugger for tiny shapes, never a way to run the product.</summary>
    Simulator,
}

/// <summary>
/// A device owns a pool of buffers and runs ops on them. Ops are synchronous in meaning: a host read after an op sees its result.
/// An op checks its arguments on the host before anything runs, writes every element of its outputs, and allocates nothing
/// but pooled scratch. Ops of a <see cref="CpuDevice"/> may be called from several threads at once.
/// </summary>
public abstract partial class Device : IDisposable
{
    private bool disposed;

    /// <summary>What the user sees: "CPU (AVX-512, 2 threads)".</summary>
    public abstract string Name { get; }

    public abstract DeviceKind Kind { get; }

    /// <summary>Counters of what the device's memory holds and has ever taken.</summary>
    public abstract PoolStatistics Memory { get; }

    /// <summary>What a GPU was asked to do; null on the CPU, which loads and launches nothing.</summary>
    public virtual GpuProfile? Profile => null;

    /// <summary>A buffer of <paramref name="length"/> elements with undefined contents. Give it back with <see cref="DeviceBuffer{T}.Dispose"/>.</summary>
    public DeviceBuffer<T> Rent<T>(int length) where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return RentCore<T>(length);
    }

    /// <summary>A rented buffer holding a copy of <paramref name="values"/>.</summary>
    public DeviceBuffer<T> Upload<T>(ReadOnlySpan<T> values) where T : unmanaged
    {
        DeviceBuffer<T> buffer = Rent<T>(values.Length);
        buffer.CopyFrom(values);
        return buffer;
    }

    /// <summary>Waits until everything asked of the device so far is done. Needed around timings only.</summary>
    public abstract void Synchronize();

    /// <summary>
    /// Holds the device for this thread until disposed, where a device can serve only one host thread at a time; costs nothing where it need not.
    /// <code>using (device.Exclusive()) { ... }</code>
    /// </summary>
    public virtual DeviceHold Exclusive() => default;

    private protected abstract DeviceBuffer<T> RentCore<T>(int length) where T : unmanaged;

    internal abstract void GiveBack<T>(DeviceBuffer<T> buffer) where T : unmanaged;

    /// <summary>Throws unless the buffer lives on this device and holds exactly <paramref name="length"/> elements.</summary>
    private protected void Require<T>(string op, string argument, DeviceBuffer<T> buffer, int length) where T : unmanaged
    {
        if (buffer.Device != this)
            throw new ArgumentException($"{op}: {argument} lives on {buffer.Device.Name}, the op runs on {Name}. Copy it there first.");
        if (buffer.Length != length)
            throw new ArgumentException($"{op}: {argument} has {buffer.Length} elements, the shape asks for {length}.");
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        Synchronize();
        Release();
        GC.SuppressFinalize(this);
    }

    private protected abstract void Release();

    public override string ToString() => Name;
}
