// Where units of frame and sound come from: videos, or pairs of a CSV file. Read next: MediaUnits.cs, ../Clusters/ClusterGallery.cs.
using CsvHelper;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A video, a picture with its sound, or a shard, which holds about so many <paramref name="Recordings"/> and <paramref name="Units"/> (0: not known); <paramref name="Read"/> gives its units, each with frame and waveform.</summary>
public sealed record PairedSource(string Name, Func<CancellationToken, IEnumerable<MediaUnit>> Read, int Recordings = 1, int Units = 0);

public static class PairedUnits
{
    /// <summary>
    /// A video; every video in a folder and below; a folder that `dcc prepare` made; or a CSV file: with the columns image and sound a pair a line, else videos in a column file, path or video. Of a pair's sound the beginning is used, as everywhere.
    /// </summary>
    /// <exception cref="DataException">Nothing of the kind is there.</exception>
    public static IReadOnlyList<PairedSource> Open(string input, DccModel model, double hopSeconds)
    {
        if (Path.GetExtension(input).Equals(".csv", StringComparison.OrdinalIgnoreCase) && HasPairs(input))
            return [.. PairManifest.Read(input).Pairs.Select(pair => new PairedSource($"line {pair.Line}: {Path.GetFileName(pair.Image)}", cancel => OfPair(pair, model, cancel)))];
        if (ShardIndex.IsIn(input))
        {
            ShardIndex index = ShardIndex.Load(input);
            int recordings = index.Inputs.Count(each => each.State == InputState.Prepared);
            return [.. ShardUnits.In(input).Select(shard => new PairedSource(shard, _ => ShardUnits.Read(shard, model.Options), (recordings + index.Shards.Count - 1) / index.Shards.Count, ShardUnits.CountIn(shard)))];
        }
        string[] videos = [.. MediaList.Expand([input]).Where(file => !MediaList.IsPicture(file) && !MediaList.IsSoundByName(file))];
        if (videos.Length == 0) throw new DataException($"{input} holds no video: name a video, a folder with videos, or a CSV file with the columns image and sound.");
        return [.. videos.Select(video => new PairedSource(video, cancel => OfVideo(video, model.Options, hopSeconds, cancel)))];
    }

    private static bool HasPairs(string path)
    {
        using CsvReader csv = CsvFile.Open(path, "a CSV file of pairs or videos");
        try
        {
            csv.ReadHeader();
            return csv.TryGetFieldIndex("image", out _) && csv.TryGetFieldIndex("sound", out _);
        }
        catch (CsvFormatException failure)
        {
            throw CsvFile.Broken(path, failure);
        }
    }

    private static IEnumerable<MediaUnit> OfPair(PairEntry pair, DccModel model, CancellationToken cancel)
    {
        Sound sound = SoundFile.Read(pair.Sound, cancel);
        float[] all = model.AtModelRate(sound), unit = new float[model.Options.SamplesPerUnit];
        all.AsSpan(0, Math.Min(all.Length, unit.Length)).CopyTo(unit);
        yield return new MediaUnit(0, 0, PictureReader.Read(pair.Image), unit);
    }

    private static IEnumerable<MediaUnit> OfVideo(string path, DccOptions options, double hopSeconds, CancellationToken cancel)
    {
        MediaInfo media = MediaFile.Probe(path, cancel);
        if (media.Video is null) throw new DataException($"{path} holds no moving pictures: a cluster is shown by frames and sounds.");
        if (media.Audio is null) throw new DataException($"{path} has no sound: a cluster is shown by frames and sounds.");
        foreach (MediaUnit unit in MediaUnits.Read(path, options, hopSeconds, cancel)) yield return unit;
    }
}
