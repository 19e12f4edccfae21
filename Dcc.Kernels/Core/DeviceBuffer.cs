// A run of elements in a device's memory. Read next: ../Cpu/CpuArena.cs, ../Gpu/BufferPool.cs.
namespace Dcc.Kernels;

/// <summary>
/// <see cref="Length"/> elements of type <typeparamref name="T"/> in the memory of <see cref="Device"/>. Owned by the device's pool;
/// <see cref="Dispose"/> gives it back. A slice shares the memory of the buffer it was cut from and owns nothing.
/// </summary>
public abstract class DeviceBuffer<T> : IDisposable where T : unmanaged
{
    private protected DeviceBuffer(Device device, int capacity, bool isSlice)
    {
        Device = device;
        Capacity = capacity;
        Length = capacity;
        IsSlice = isSlice;
    }

    public Device Device { get; }

    /// <summary>Number of elements in use.</summary>
    public int Length { get; internal set; }

    /// <summary>Number of elements the memory has room for; at least <see cref="Length"/>.</summary>
    internal int Capacity { get; }

    internal bool IsSlice { get; }

    /// <summary>True between being rented and being given back.</summary>
    internal bool Rented { get; set; }

    /// <summary>Copies from the host. The source must have exactly <see cref="Length"/> elements.</summary>
    public abstract void CopyFrom(ReadOnlySpan<T> source);

    /// <summary>Waits for the device, then copies to the host. The destination must have exactly <see cref="Length"/> elements.</summary>
    public abstract void CopyTo(Span<T> destination);

    /// <summary>A view of <paramref name="length"/> elements from <paramref name="offset"/> on.</summary>
    public abstract DeviceBuffer<T> Slice(int offset, int length);

    public T[] ToArray()
    {
        T[] values = new T[Length];
        CopyTo(values);
        return values;
    }

    public void Dispose()
    {
        if (!IsSlice) Device.GiveBack(this);
    }

    private protected void RequireSame(int hostLength)
    {
        if (hostLength != Length)
            throw new ArgumentException($"Copy: the host has {hostLength} elements, the buffer {Length}.");
    }

    private protected void RequireRange(int offset, int length)
    {
        if (offset < 0 || length < 0 || offset > Length - length)
            throw new ArgumentOutOfRangeException(nameof(offset), $"Slice: elements {offset}..{offset + length} of a buffer of {Length}.");
    }
}
