// index.json of a prepared folder: its shards, and what became of every input. Read next: Preparation.cs, ShardSource.cs.
using System.Text.Json;
using System.Text.Json.Serialization;
using Dcc.Tensors;

namespace Dcc.Data;

/// <summary>One tar file. Bytes are those of the file.</summary>
public sealed record ShardEntry(string File, int Units, long Bytes);

/// <summary>What became of an input.</summary>
[JsonConverter(typeof(SnakeCase<InputState>))]
public enum InputState
{
    /// <summary>Not done yet.</summary>
    Waiting,
    /// <summary>Its units are in the shards.</summary>
    Prepared,
    NoSound,
    NoPicture,
    /// <summary>Digital silence from start to end.</summary>
    Silent,
    TooShort,
    /// <summary>A recording of which nothing can be decoded.</summary>
    Damaged,
    /// <summary>Not there, or it may not be read.</summary>
    Unreadable,
    NotMedia,
}

/// <summary>One video, or a picture and a sound from a manifest.</summary>
public sealed record InputEntry
{
    /// <summary>Full path of the video or picture.</summary>
    public required string Path { get; init; }

    /// <summary>Full path of the sound; null where it is the video's own.</summary>
    public string? Sound { get; init; }

    /// <summary>As it was named.</summary>
    public required string Source { get; init; }

    public InputState State { get; init; }

    /// <summary>A sentence, where there is something to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Its units that are in finished shards.</summary>
    public int Units { get; init; }

    /// <summary>Units left out because their sound is digital silence.</summary>
    public int SilentUnits { get; init; }

    /// <summary>Bytes of the file or of both files.</summary>
    public long Size { get; init; }

    /// <summary>When the file, or the later of both, was changed.</summary>
    public DateTime? Modified { get; init; }

    /// <summary>Of the file's content (of the picture's, then the sound's), hexadecimal.</summary>
    public string? Sha256 { get; init; }

    internal (string, string?) Key => (Path, Sound);
}

/// <summary>Written anew whenever a shard is finished, so that a run can be stopped at any time and go on.</summary>
public sealed record ShardIndex
{
    public const string FileName = "index.json";

    private const string Known = "dcc-shards 1";

    public string Format { get; init; } = Known;

    /// <summary>Whether no input waits.</summary>
    public bool Complete { get; init; }

    public required PrepareOptions Settings { get; init; }

    public int Units { get; init; }

    public long Bytes { get; init; }

    public IReadOnlyList<ShardEntry> Shards { get; init; } = [];

    public IReadOnlyList<InputEntry> Inputs { get; init; } = [];

    /// <summary>Whether a folder holds prepared shards.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Throws <see cref="DataException"/> for a folder that was not prepared by this program, or whose shards are not as the index tells.</summary>
    public static ShardIndex Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new DataException($"{folder} holds no {FileName}: name a folder that `dcc prepare` made.");
        ShardIndex? index;
        try { index = JsonSerializer.Deserialize(File.ReadAllBytes(path), ShardJson.Default.ShardIndex); }
        catch (JsonException failure) { throw new DataException($"{path}, line {failure.LineNumber + 1}: it cannot be read ({failure.Message.Split('.')[0]}); prepare into a new folder.", failure); }
        if (index is null || index.Format != Known) throw new DataException($"{path} is not of the form \"{Known}\": prepare into a new folder with this version.");
        foreach (ShardEntry shard in index.Shards)
        {
            FileInfo file = new(Path.Combine(folder, Path.GetFileName(shard.File)));
            if (!file.Exists || file.Length != shard.Bytes || shard.Units < 1)
                throw new DataException($"{file.FullName} {(file.Exists ? $"has {file.Length:N0} bytes" : "is missing")}, {FileName} tells of {shard.Bytes:N0}: prepare into a new folder, or copy this one again.");
        }
        return index;
    }

    internal void Save(string folder) => AtomicFile.Write(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, ShardJson.Default.ShardIndex));
}

/// <summary>Names in index.json as in all of its fields: too_short.</summary>
internal sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower) where T : struct, Enum;

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ShardIndex))]
[JsonSerializable(typeof(InputEntry))]
[JsonSerializable(typeof(PrepareOptions))]
internal sealed partial class ShardJson : JsonSerializerContext;
