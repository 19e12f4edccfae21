// Files to rows of embeddings: a batch in memory, a bad file skipped whole. Read next: EmbeddingSpool.cs, ../Units/MediaUnits.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Rows of a file follow each other; for a video each unit gives a row of sound, if there is sound, and a row of its middle frame.</summary>
public sealed class EmbeddingRun(DccModel model, double hopSeconds, bool centres)
{
    private const int Batch = 16;

    private readonly List<SkippedSample> skipped = [];

    public IReadOnlyList<SkippedSample> Skipped => skipped;

    /// <summary>Adds the rows of one file, of a shard those of all its recordings, or none and a line in <see cref="Skipped"/>. Cancelled in the middle of a file, the file's rows are forgotten.</summary>
    /// <param name="path">A picture, sound, video or shard.</param>
    /// <param name="rows">Are added to.</param>
    /// <param name="progress">Of a shard, the share of its units that are done.</param>
    /// <param name="cancel">Stops between units.</param>
    public void Embed(string path, EmbeddingSpool rows, IProgress<double>? progress, CancellationToken cancel)
    {
        int before = rows.Files.Count;
        try
        {
            if (Usable.Try(() => Read(path, rows, progress, cancel), out int added) is { } reason) throw new DataException(reason);
            if (added == 0) throw new DataException($"{path} holds nothing that can be embedded.");
        }
        catch (DataException bad)
        {
            rows.ForgetFrom(before);
            skipped.Add(new SkippedSample(path, bad.Message));
        }
        catch
        {
            rows.ForgetFrom(before);
            throw;
        }
    }

    private int Read(string path, EmbeddingSpool rows, IProgress<double>? progress, CancellationToken cancel)
    {
        int before = rows.Rows.Count, done = 0, all = ShardUnits.IsShard(path) ? ShardUnits.CountIn(path) : 0;
        foreach (MediaUnit[] units in MediaUnits.Read(path, model.Options, hopSeconds, cancel).Chunk(Batch))
        {
            IReadOnlyList<UnitEmbedding>? heard = units[0].Waveform is null ? null : model.EmbedSounds([.. units.SelectMany(unit => unit.Waveform!)], centres);
            IReadOnlyList<UnitEmbedding>? seen = units[0].Frame is null ? null : model.EmbedFrames([.. units.Select(unit => unit.Frame!)], centres);
            for (int u = 0; u < units.Length; u++)
            {
                string file = units[u].Source ?? path;
                if (rows.Rows.Count == before || rows.Files[^1] != file) rows.Begin(file);
                if (heard is not null) rows.Add(Modality.Audio, units[u].StartSecond, units[u].EndSecond, heard[u]);
                if (seen is not null) rows.Add(Modality.Image, units[u].StartSecond, units[u].EndSecond, seen[u]);
            }
            cancel.ThrowIfCancellationRequested();
            done += units.Length;
            if (all > 0) progress?.Report(Math.Min(1, (double)done / all));
        }
        return rows.Rows.Count - before;
    }
}
