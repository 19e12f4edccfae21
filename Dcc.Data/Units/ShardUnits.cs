// The units of a shard of `dcc prepare`, in their order, for verbs that look at each once. Read next: MediaUnits.cs, ../Shards/PartFile.cs.
using System.Text.Json;
using Dcc.Model;

namespace Dcc.Data;

internal static class ShardUnits
{
    public static bool IsShard(string path) => Path.GetExtension(path).Equals(".tar", StringComparison.OrdinalIgnoreCase);

    /// <summary>The shards of a prepared folder.</summary>
    /// <exception cref="DataException">There is none yet.</exception>
    public static IReadOnlyList<string> In(string folder)
    {
        ShardIndex index = ShardIndex.Load(folder);
        if (index.Shards.Count == 0) throw new DataException($"{folder} holds no finished shard: {(index.Complete ? "none of its inputs gave a unit; prepare other videos" : "run the same `dcc prepare` to its end")}.");
        return [.. index.Shards.Select(shard => Path.Combine(folder, Path.GetFileName(shard.File)))];
    }

    /// <summary>Units of a shard, as the index beside it tells; 0 if none does.</summary>
    public static int CountIn(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && ShardIndex.IsIn(folder)
        ? ShardIndex.Load(folder).Shards.FirstOrDefault(shard => Path.GetFileName(shard.File) == Path.GetFileName(path))?.Units ?? 0
        : 0;

    /// <summary>Each unit with the middle one of its frames, and the name and second of the recording it was cut from.</summary>
    /// <exception cref="DataException">The shard is damaged, or holds sound of another rate than the model hears.</exception>
    public static IEnumerable<MediaUnit> Read(string path, DccOptions options)
    {
        using IEnumerator<IReadOnlyList<(string Name, byte[] Content)>> units = PartFile.Units(path).GetEnumerator();
        while (Next()) yield return Decode(path, units.Current, options);

        bool Next()
        {
            try { return units.MoveNext(); }
            catch (Exception failure) when (failure is InvalidDataException or FormatException or ArgumentOutOfRangeException) { throw Damaged(path, failure.Message, failure); }
        }
    }

    private static MediaUnit Decode(string path, IReadOnlyList<(string Name, byte[] Content)> members, DccOptions options)
    {
        byte[][] frames = [.. members.Where(member => MediaList.IsPicture(member.Name)).OrderBy(member => member.Name.Length).ThenBy(member => member.Name, StringComparer.Ordinal).Select(member => member.Content)];
        byte[]? wav = members.FirstOrDefault(member => member.Name.EndsWith(".wav", StringComparison.Ordinal)).Content, told = members.FirstOrDefault(member => member.Name.EndsWith(".json", StringComparison.Ordinal)).Content;
        if (frames.Length == 0 || wav is null || told is null) throw Damaged(path, $"{members[0].Name} lacks a frame, its sound or its description", null);
        Sound sound = WavReader.Read(new MemoryStream(wav), $"{path}: {members[0].Name}");
        if (sound.SampleRate != options.LogMel.SampleRate) throw new DataException($"{path} holds sound at {sound.SampleRate} Hz, this model hears {options.LogMel.SampleRate} Hz: prepare with --rate {options.LogMel.SampleRate}.");
        float[] waveform = new float[options.SamplesPerUnit];
        int length = Math.Min(waveform.Length, sound.Samples.Length);
        sound.Samples.AsSpan(0, length).CopyTo(waveform);
        try
        {
            using JsonDocument json = JsonDocument.Parse(told);
            double start = json.RootElement.GetProperty("start").GetDouble();
            return new MediaUnit(start, start + (double)length / sound.SampleRate, PictureReader.Decode(frames[frames.Length / 2], $"{path}: {members[0].Name}"), waveform, json.RootElement.GetProperty("source").GetString());
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException) { throw Damaged(path, failure.Message, failure); }
    }

    private static DataException Damaged(string path, string reason, Exception? failure) => new($"{path} is damaged ({reason.TrimEnd('.')}): copy the folder again, or prepare it anew.", failure);
}
