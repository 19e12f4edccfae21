// Training batches streamed from the shards of `dcc prepare`. Read next: ShardOrder.cs, ../Manifests/Augmentation.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// In memory are the undecoded units of at most two chunks, the one in use and the one that is being read. Units are decoded and augmented by several threads when a batch is filled; what a
/// step holds depends on the folder, the seed, the batch's size and the step alone. An epoch takes whole batches; which units are left over changes from epoch to epoch.
/// </summary>
public sealed class ShardSource : IUnitSource, IDisposable
{
    private const long UsualChunkBytes = 64L << 20;
    private const int LargestChunk = 16384;

    private readonly string folder;
    private readonly ShardIndex index;
    private readonly ShardOrder order;
    private readonly ulong seed;
    private readonly int threads;
    private readonly Lock gate = new();   // a cancelled trainer may ask while its loader thread is still filling
    private readonly Dictionary<(int Epoch, int Chunk), Task<EncodedUnit[]>> chunks = [];

    /// <summary>
    /// Opens a prepared folder for a model. Throws <see cref="DataException"/> if it is not finished, has fewer than two units, or holds sound of another rate than the model hears.
    /// </summary>
    /// <param name="folder">Made by `dcc prepare`.</param>
    /// <param name="options">Of the model that will be trained.</param>
    /// <param name="seed">Names every random choice.</param>
    /// <param name="threads">That decode at a time; no result depends on it.</param>
    /// <param name="chunkBytes">Undecoded units that are mixed with each other; twice as much is in memory. Another value is another order.</param>
    public ShardSource(string folder, DccOptions options, ulong seed, int threads = 0, long chunkBytes = UsualChunkBytes)
    {
        this.folder = folder;
        this.seed = seed;
        this.threads = threads > 0 ? threads : Environment.ProcessorCount;
        index = ShardIndex.Load(folder);
        if (!index.Complete) throw new DataException($"{folder} is not finished: {index.Inputs.Count(input => input.State == InputState.Waiting)} of {index.Inputs.Count} inputs wait. Run the same `dcc prepare` again.");
        if (index.Units < 2) throw new DataException($"{folder} holds {index.Units} unit{(index.Units == 1 ? "" : "s")}, training needs at least 2 (a pair needs a mismatch): prepare more videos.");
        if (index.Settings.Rate != options.LogMel.SampleRate) throw new DataException($"{folder} holds sound at {index.Settings.Rate} Hz, this model hears {options.LogMel.SampleRate} Hz: prepare with --rate {options.LogMel.SampleRate}.");
        long each = Math.Max(1, index.Bytes / index.Units);
        order = new ShardOrder([.. index.Shards.Select(shard => shard.Units)], (int)Math.Clamp(chunkBytes / each, 2, LargestChunk), seed);
    }

    public int Units => order.Units;

    public int Inputs => index.Inputs.Count(input => input.State == InputState.Prepared);

    /// <summary>Steps of one epoch: batches that the units fill.</summary>
    public int StepsPerEpoch(int batch) => Math.Max(1, Units / Math.Min(batch, Units));

    /// <inheritdoc/>
    public void Fill(int step, UnitBatch batch)
    {
        if (batch.Units > Units) throw new ArgumentException($"ShardSource: a batch of {batch.Units} units was asked for, {folder} holds {Units}. Take a smaller batch.");
        using Lock.Scope alone = gate.EnterScope();
        EncodedUnit[] encoded = new EncodedUnit[batch.Units];
        int perEpoch = Units / batch.Units * batch.Units;
        for (int unit = 0; unit < batch.Units; unit++)
        {
            long place = (long)step * batch.Units + unit;
            int epoch = (int)(place / perEpoch), position = (int)(place % perEpoch);
            encoded[unit] = Chunk(epoch, order.ChunkOf(position))[order.Within(position)];
        }
        try { Parallel.For(0, batch.Units, new ParallelOptions { MaxDegreeOfParallelism = threads }, unit => Decode(step, unit, encoded[unit], batch)); }
        catch (AggregateException failures) when (failures.InnerExceptions[0] is DataException first) { throw new DataException(first.Message, first); }
    }

    /// <summary>The units of a chunk in their order. Reading the next chunk begins as soon as this one is asked for.</summary>
    private EncodedUnit[] Chunk(int epoch, int number)
    {
        if (order.Chunks == 1)
        {
            // Read once; each epoch has its own order of the same units.
            if (!chunks.TryGetValue((epoch, 0), out Task<EncodedUnit[]>? all))
            {
                EncodedUnit[] units = chunks.Count > 0 ? chunks.Values.First().Result : [];
                (int, int)[]? before = chunks.Count > 0 ? order.Chunk(chunks.Keys.First().Epoch, 0) : null;
                all = before is null ? Task.Run(() => Read(epoch, 0)) : Task.FromResult(Reorder(units, before, order.Chunk(epoch, 0)));
                chunks.Clear();
                chunks.Add((epoch, 0), all);
            }
            return all.GetAwaiter().GetResult();
        }
        (int, int) wanted = (epoch, number), next = number + 1 < order.Chunks ? (epoch, number + 1) : (epoch + 1, 0);
        foreach ((int, int) old in chunks.Keys.Where(key => key != wanted && key != next).ToArray()) chunks.Remove(old);
        foreach ((int Epoch, int Chunk) key in new[] { wanted, next })
            if (!chunks.ContainsKey(key)) chunks.Add(key, Task.Run(() => Read(key.Epoch, key.Chunk)));
        return chunks[wanted].GetAwaiter().GetResult();
    }

    private static EncodedUnit[] Reorder(EncodedUnit[] units, (int, int)[] before, (int, int)[] after)
    {
        Dictionary<(int, int), EncodedUnit> by = [];
        for (int i = 0; i < units.Length; i++) by.Add(before[i], units[i]);
        return Array.ConvertAll(after, place => by[place]);
    }

    /// <summary>Each shard is read forwards by a worker of its own.</summary>
    private EncodedUnit[] Read(int epoch, int number)
    {
        (int Shard, int Unit)[] places = order.Chunk(epoch, number);
        EncodedUnit[] units = new EncodedUnit[places.Length];
        IEnumerable<IGrouping<int, int>> shards = Enumerable.Range(0, places.Length).GroupBy(i => places[i].Shard);
        try
        {
            Parallel.ForEach(shards, new ParallelOptions { MaxDegreeOfParallelism = threads }, of =>
            {
                using ShardReader reader = new(Path.Combine(folder, Path.GetFileName(index.Shards[of.Key].File)));
                foreach (int i in of.OrderBy(i => places[i].Unit)) units[i] = reader.Read(places[i].Unit);
            });
        }
        catch (AggregateException failures) when (failures.InnerExceptions[0] is DataException first) { throw new DataException(first.Message, first); }
        return units;
    }

    private void Decode(int step, int unit, EncodedUnit encoded, UnitBatch batch)
    {
        Philox random = SceneStream.Of(seed, StreamPurpose.TrainingScene, step, unit);
        Sound sound = WavReader.Read(new MemoryStream(encoded.Sound), $"{encoded.Key}.wav in {folder}");
        Span<float> waveform = batch.Waveforms.AsSpan(unit * batch.Samples, batch.Samples);
        Augmentation.Hear(ref random, sound.Samples, waveform);
        Augmentation.Disturb(ref random, waveform);
        int pixels = batch.Height * batch.Width * 3;
        int[] chosen = Choose(ref random, encoded.Frames.Length, batch.FramesPerUnit);
        Pyramid? picture = null;
        for (int frame = 0; frame < chosen.Length; frame++)
        {
            if (frame == 0 || chosen[frame] != chosen[frame - 1])
            {
                RgbaPicture decoded = PictureReader.DecodeRgba(encoded.Frames[chosen[frame]], $"{encoded.Key}.{chosen[frame]} in {folder}");
                picture = SampleSet.Background(decoded.Rgba, decoded.Width, decoded.Height, batch.Height);
            }
            Philox same = random;   // one part of the picture, one change of colour for all frames of a unit
            Augmentation.See(ref same, picture!, batch.Height, batch.Width, batch.Frames.AsSpan((unit * batch.FramesPerUnit + frame) * pixels, pixels));
        }
    }

    /// <summary>One frame of each of so many equal stretches of the unit, in their order; repeated where there are fewer frames.</summary>
    private static int[] Choose(ref Philox random, int there, int wanted)
    {
        int[] chosen = new int[wanted];
        for (int f = 0; f < wanted; f++)
        {
            int from = f * there / wanted, to = Math.Max(from + 1, (f + 1) * there / wanted);
            chosen[f] = from + random.NextInt(to - from);
        }
        return chosen;
    }

    /// <summary>Waits until no chunk is being read.</summary>
    public void Dispose()
    {
        using Lock.Scope alone = gate.EnterScope();
        foreach (Task<EncodedUnit[]> chunk in chunks.Values) Task.WaitAny(chunk);
        chunks.Clear();
    }
}
