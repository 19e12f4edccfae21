// In which order the units of all shards come, epoch after epoch. Read next: ShardSource.cs.
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>
/// Shards come in an order drawn for each epoch and are read a few at a time, a unit of each in turn; of this stream so many units as fit into memory make a chunk, whose order is drawn.
/// Any chunk of any epoch can be named without those before it: that is how a run goes on where it stopped.
/// </summary>
internal sealed class ShardOrder
{
    private const int ShardsAtOnce = 8;

    private readonly int[] counts;
    private readonly ulong seed;
    private readonly int total, chunk;

    /// <param name="counts">Units of each shard.</param>
    /// <param name="chunk">Units of a chunk.</param>
    /// <param name="seed">Names the order.</param>
    public ShardOrder(int[] counts, int chunk, ulong seed)
    {
        this.counts = counts;
        this.seed = seed;
        total = counts.Sum();
        this.chunk = Math.Min(chunk, total);
    }

    public int Units => total;

    public int Chunks => (total + chunk - 1) / chunk;

    public int ChunkOf(int position) => position / chunk;

    /// <summary>Position within its chunk.</summary>
    public int Within(int position) => position % chunk;

    /// <summary>The units of a chunk in their final order, each as shard and number in it.</summary>
    public (int Shard, int Unit)[] Chunk(int epoch, int number)
    {
        int[] shards = [.. Enumerable.Range(0, counts.Length)];
        // All units in one chunk: they stay in memory, and only their order changes.
        if (Chunks > 1)
        {
            Philox deal = SceneStream.Of(seed, StreamPurpose.ShardOrder, epoch, 0);
            deal.Shuffle<int>(shards);
        }
        int begin = number * chunk, end = Math.Min(total, begin + chunk), position = 0;
        List<(int, int)> units = new(end - begin);
        for (int first = 0; first < shards.Length && position < end; first += ShardsAtOnce)
        {
            int[] group = shards[first..Math.Min(shards.Length, first + ShardsAtOnce)];
            int size = group.Sum(shard => counts[shard]);
            if (position + size > begin)
            {
                int at = position, longest = group.Max(shard => counts[shard]);
                for (int unit = 0; unit < longest; unit++)
                    foreach (int shard in group)
                        if (unit < counts[shard] && at++ is int place && place >= begin && place < end) units.Add((shard, unit));
            }
            position += size;
        }
        (int, int)[] order = [.. units];
        Philox random = SceneStream.Of(seed, StreamPurpose.ShardOrder, epoch, number + 1);
        random.Shuffle<(int, int)>(order);
        return order;
    }
}
