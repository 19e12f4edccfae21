// Aligned native memory with a device buffer's face. Read next: Core/BufferPool.cs.
using System.Runtime.InteropServices;

namespace Dcc.Kernels;

/// <summary>Memory aligned to 64 bytes (one cache line, one AVX-512 vector).</summary>
internal sealed unsafe class CpuBuffer<T> : DeviceBuffer<T> where T : unmanaged
{
    private const int Alignment = 64;

    public CpuBuffer(CpuDevice device, int capacity) : base(device, capacity, isSlice: false) =>
        Pointer = (T*)NativeMemory.AlignedAlloc((nuint)capacity * (nuint)sizeof(T), Alignment);

    private CpuBuffer(Device device, T* pointer, int length) : base(device, length, isSlice: true) => Pointer = pointer;

    public T* Pointer { get; private set; }

    public Span<T> Span => new(Pointer, Length);

    public override void CopyFrom(ReadOnlySpan<T> source)
    {
        RequireSame(source.Length);
        source.CopyTo(Span);
    }

    public override void CopyTo(Span<T> destination)
    {
        RequireSame(destination.Length);
        Span.CopyTo(destination);
    }

    public override DeviceBuffer<T> Slice(int offset, int length)
    {
        RequireRange(offset, length);
        return new CpuBuffer<T>(Device, Pointer + offset, length);
    }

    internal override void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
