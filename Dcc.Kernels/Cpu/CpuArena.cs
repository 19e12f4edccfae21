// Memory of the CPU device: large chunks from the system, cut to size, joined again when given back. Read next: CpuDevice.cs.
using System.Runtime.InteropServices;

namespace Dcc.Kernels;

/// <summary>
/// Thread-safe. A request takes the smallest free block that holds it and leaves the rest; a block given back joins its free neighbours. Whatever order of sizes a
/// step asks for, the memory held stays close to the most that was ever rented, and from the second step on nothing is taken from the system.
/// </summary>
/// <param name="guards">For tests: leaves a cache line of a known pattern behind every block, and throws when a block comes back with it changed.</param>
internal sealed unsafe class CpuArena(bool guards)
{
    private const byte Pattern = 0xA5;

    private const int Alignment = 64;

    /// <summary>Chunks grow with what is held, but a machine whose memory is nearly full must not be asked for as much again.</summary>
    private const long SmallestChunk = 4 * 1024 * 1024, LargestSpareChunk = 1024 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly List<nint> chunks = [];
    private Block? firstFree;
    private long live, peak, held;

    /// <summary>A run of bytes of one chunk, free or rented, between its neighbours in memory.</summary>
    internal sealed class Block(nint address, long size)
    {
        public readonly nint Address = address;
        public long Size = size;
        public bool IsFree;
        public Block? Before, After;

        /// <summary>Neighbours in the list of free blocks.</summary>
        public Block? Previous, Next;
    }

    public PoolStatistics Statistics
    {
        get { lock (gate) return new PoolStatistics(live, peak, held, chunks.Count); }
    }

    public Block Rent(long bytes)
    {
        long size = Math.Max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment) + (guards ? Alignment : 0);
        lock (gate)
        {
            Block block = SmallestThatHolds(size) ?? Grow(size);
            RemoveFree(block);
            if (block.Size > size)
            {
                Block rest = new(block.Address + (nint)size, block.Size - size) { Before = block, After = block.After };
                if (rest.After is not null) rest.After.Before = rest;
                block.After = rest;
                block.Size = size;
                AddFree(rest);
            }
            live += size;
            peak = Math.Max(peak, live);
            if (guards) Guard(block).Fill(Pattern);
            return block;
        }
    }

    public void GiveBack(Block block)
    {
        lock (gate)
        {
            if (chunks.Count == 0) return; // the device is gone, and its memory with it
            if (guards && Guard(block).ContainsAnyExcept(Pattern)) throw new InvalidOperationException("Something was written beyond the end of a buffer.");
            live -= block.Size;
            if (block.After is { IsFree: true } after)
            {
                RemoveFree(after);
                Join(block, after);
            }
            if (block.Before is { IsFree: true } before)
            {
                RemoveFree(before);
                Join(before, block);
                block = before;
            }
            AddFree(block);
        }
    }

    public void Free()
    {
        lock (gate)
        {
            foreach (nint chunk in chunks) NativeMemory.AlignedFree((void*)chunk);
            chunks.Clear();
            firstFree = null;
            live = held = 0;
        }
    }

    private static Span<byte> Guard(Block block) => new((byte*)block.Address + block.Size - Alignment, Alignment);

    /// <summary>Of equal blocks the one at the lowest address, so that the same requests always get the same memory.</summary>
    private Block? SmallestThatHolds(long size)
    {
        Block? best = null;
        for (Block? block = firstFree; block is not null; block = block.Next)
            if (block.Size >= size && (best is null || block.Size < best.Size || (block.Size == best.Size && block.Address < best.Address))) best = block;
        return best;
    }

    /// <summary>A new chunk, as large as all before it together up to a limit: there are never many, and the system backs with memory only what is touched.</summary>
    private Block Grow(long size)
    {
        long length = Math.Max(size, Math.Clamp(held, SmallestChunk, LargestSpareChunk));
        nint chunk = (nint)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        chunks.Add(chunk);
        held += length;
        Block block = new(chunk, length);
        AddFree(block);
        return block;
    }

    private static void Join(Block block, Block after)
    {
        block.Size += after.Size;
        block.After = after.After;
        if (block.After is not null) block.After.Before = block;
    }

    private void AddFree(Block block)
    {
        block.IsFree = true;
        block.Previous = null;
        block.Next = firstFree;
        if (firstFree is not null) firstFree.Previous = block;
        firstFree = block;
    }

    private void RemoveFree(Block block)
    {
        block.IsFree = false;
        if (block.Previous is not null) block.Previous.Next = block.Next;
        else firstFree = block.Next;
        if (block.Next is not null) block.Next.Previous = block.Previous;
    }
}
