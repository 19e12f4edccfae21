// Size classes of a card's free buffers, so that a training step allocates nothing after the first. Read next: GpuBuffer.cs.
using System.Numerics;

namespace Dcc.Kernels;

/// <summary>Thread-safe. A buffer's capacity is the smallest size class that holds it: eight classes an octave, so at most 1/8 is wasted.</summary>
internal sealed class BufferPool
{
    private readonly Lock gate = new();
    private readonly Dictionary<(Type, int), object> free = [];
    private readonly List<Action> owned = [];
    private long live, peak, held, allocations;

    public PoolStatistics Statistics
    {
        get { lock (gate) return new PoolStatistics(live, peak, held, allocations); }
    }

    public unsafe GpuBuffer<T> Rent<T>(int length, Func<int, GpuBuffer<T>> allocate) where T : unmanaged
    {
        int capacity = SizeClass(length);
        lock (gate)
        {
            Stack<GpuBuffer<T>> waiting = Waiting<T>(capacity);
            if (!waiting.TryPop(out GpuBuffer<T>? buffer))
            {
                buffer = allocate(capacity);
                owned.Add(buffer.Free);
                allocations++;
                held += (long)capacity * sizeof(T);
            }
            live += (long)capacity * sizeof(T);
            peak = Math.Max(peak, live);
            buffer.Length = length;
            buffer.Rented = true;
            return buffer;
        }
    }

    public unsafe void GiveBack<T>(GpuBuffer<T> buffer) where T : unmanaged
    {
        lock (gate)
        {
            if (!buffer.Rented) throw new InvalidOperationException("A buffer was given back twice: two owners believe it is theirs.");
            buffer.Rented = false;
            live -= (long)buffer.Capacity * sizeof(T);
            Waiting<T>(buffer.Capacity).Push(buffer);
        }
    }

    public void Free()
    {
        lock (gate)
        {
            foreach (Action release in owned) release();
            owned.Clear();
            free.Clear();
            live = held = 0;
        }
    }

    private Stack<GpuBuffer<T>> Waiting<T>(int capacity) where T : unmanaged
    {
        if (free.TryGetValue((typeof(T), capacity), out object? found)) return (Stack<GpuBuffer<T>>)found;
        Stack<GpuBuffer<T>> made = new();
        free.Add((typeof(T), capacity), made);
        return made;
    }

    /// <summary>Smallest multiple of 2^(e-3), e the length's octave, that holds <paramref name="length"/>; never under 64.</summary>
    internal static int SizeClass(int length)
    {
        if (length <= 64) return 64;
        int step = Math.Max(64, 1 << (BitOperations.Log2((uint)(length - 1)) - 3));
        return checked((length + step - 1) / step * step);
    }
}
