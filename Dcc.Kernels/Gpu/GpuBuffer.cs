// ILGPU memory with a device buffer's face. Read next: BufferPool.cs.
using ILGPU;
using ILGPU.Runtime;

namespace Dcc.Kernels;

internal sealed class GpuBuffer<T> : DeviceBuffer<T> where T : unmanaged
{
    private readonly MemoryBuffer1D<T, Stride1D.Dense>? memory;
    private readonly ArrayView<T> whole;

    public GpuBuffer(GpuDevice device, MemoryBuffer1D<T, Stride1D.Dense> memory) : base(device, (int)memory.Length, isSlice: false)
    {
        this.memory = memory;
        whole = memory.View.BaseView;
    }

    private GpuBuffer(Device device, ArrayView<T> view, int offset) : base(device, (int)view.Length, isSlice: true)
    {
        whole = view;
        Offset = offset;
    }

    /// <summary>Elements from the start of the allocation, which is aligned for any access.</summary>
    public int Offset { get; }


    /// <summary>Exactly the elements in use.</summary>
    public ArrayView<T> View => whole.SubView(0, Length);

    public override void CopyFrom(ReadOnlySpan<T> source)
    {
        RequireSame(source.Length);
        if (Length == 0) return;
        Device.Profile!.HostWrites++;
        View.AsGeneral().AsDense().CopyFromCPU(source.ToArray());
    }

    public override void CopyTo(Span<T> destination)
    {
        RequireSame(destination.Length);
        if (Length == 0) return;
        Device.Profile!.HostReads++;
        T[] host = new T[Length];
        View.AsGeneral().AsDense().CopyToCPU(host);
        host.CopyTo(destination);
    }

    public override DeviceBuffer<T> Slice(int offset, int length)
    {
        RequireRange(offset, length);
        return new GpuBuffer<T>(Device, View.SubView(offset, length), Offset + offset);
    }

    internal void Free() => memory?.Dispose();
}
