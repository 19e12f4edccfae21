// Part of the arena's memory with a device buffer's face. Read next: CpuArena.cs.
namespace Dcc.Kernels;

/// <summary>Memory aligned to 64 bytes (one cache line, one AVX-512 vector).</summary>
internal sealed unsafe class CpuBuffer<T> : DeviceBuffer<T> where T : unmanaged
{
    private CpuArena.Block? block;

    public CpuBuffer(CpuDevice device, int length, CpuArena.Block block) : base(device, length, isSlice: false)
    {
        this.block = block;
        Pointer = (T*)block.Address;
    }

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

    /// <summary>The memory, for the arena to take back; once only.</summary>
    internal CpuArena.Block TakeBlock()
    {
        Pointer = null;
        return Interlocked.Exchange(ref block, null) ?? throw new InvalidOperationException("A buffer was given back twice: two owners believe it is theirs.");
    }
}
