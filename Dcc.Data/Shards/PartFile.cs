// The units of one input, in a file of their own until they are in a shard. Read next: ShardWriter.cs.
using System.Formats.Tar;
using System.Globalization;
using System.Text.Json;
using Dcc.Model;
using Dcc.Tensors;
using StbImageWriteSharp;

namespace Dcc.Data;

/// <summary>
/// A tar file with the members of each unit, KEY.0.jpg, KEY.wav and KEY.json, and after them result.json, which tells what became of the input: a file without it is not whole.
/// </summary>
internal static class PartFile
{
    private const string ResultName = "result.json";
    private const int JpegQuality = 92;

    /// <summary>Writes what <paramref name="units"/> gives; <paramref name="result"/> is asked after the last unit, with their number.</summary>
    public static void Write(string path, int input, PrepareOptions options, InputEntry entry, IEnumerable<Unit> units, Func<int, InputEntry> result) => AtomicFile.Write(path, stream =>
    {
        using TarWriter tar = new(stream, TarEntryFormat.Ustar, leaveOpen: true);
        int number = 0;
        foreach (Unit unit in units)
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{input:D6}_{number++:D6}");
            for (int f = 0; f < unit.Frames.Count; f++) Add(tar, $"{key}.{f}.{options.Extension}", content => Encode(content, unit.Frames[f].Picture, options.Format));
            Add(tar, $"{key}.wav", content => WavWriter.Write(content, new Sound(unit.Samples, options.Rate)));
            Add(tar, $"{key}.json", content => Describe(content, entry, unit, options));
        }
        InputEntry last = result(number);
        Add(tar, ResultName, content => JsonSerializer.Serialize(content, last, ShardJson.Default.InputEntry));
    });

    /// <summary>What became of the input; null if the file is missing or not whole.</summary>
    public static InputEntry? Result(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using FileStream stream = File.OpenRead(path);
            using TarReader tar = new(stream);
            while (tar.GetNextEntry() is { } member)
                if (member.Name == ResultName) return JsonSerializer.Deserialize(member.DataStream!, ShardJson.Default.InputEntry);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or FormatException or JsonException) { }
        return null;
    }

    /// <summary>The members of each unit in turn.</summary>
    public static IEnumerable<IReadOnlyList<(string Name, byte[] Content)>> Units(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using TarReader tar = new(stream);
        List<(string, byte[])> unit = [];
        string? key = null;
        while (tar.GetNextEntry() is { } member && member.Name != ResultName)
        {
            string its = member.Name[..member.Name.IndexOf('.')];
            if (key is not null && its != key)
            {
                yield return unit;
                unit = [];
            }
            key = its;
            byte[] content = new byte[member.Length];
            member.DataStream?.ReadExactly(content);
            unit.Add((member.Name, content));
        }
        if (unit.Count > 0) yield return unit;
    }

    /// <summary>A member that is the same whenever and by whomever it is written.</summary>
    public static void Add(TarWriter tar, string name, byte[] content) => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
    {
        DataStream = new MemoryStream(content),
        ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    });

    private static void Add(TarWriter tar, string name, Action<Stream> write)
    {
        using MemoryStream content = new();
        write(content);
        Add(tar, name, content.ToArray());
    }

    private static void Encode(Stream stream, Picture picture, FrameFormat format)
    {
        if (format == FrameFormat.Jpeg) new ImageWriter().WriteJpg(picture.Rgb, picture.Width, picture.Height, ColorComponents.RedGreenBlue, stream, JpegQuality);
        else new ImageWriter().WritePng(picture.Rgb, picture.Width, picture.Height, ColorComponents.RedGreenBlue, stream);
    }

    private static void Describe(Stream stream, InputEntry entry, Unit unit, PrepareOptions options)
    {
        using Utf8JsonWriter json = new(stream);
        json.WriteStartObject();
        json.WriteString("source", entry.Source);
        json.WriteString("sha256", entry.Sha256);
        json.WriteNumber("start", Math.Round(unit.Start, 6));
        json.WriteNumber("seconds", Math.Round(options.Seconds, 6));
        json.WriteStartArray("frames");
        foreach (TimedFrame frame in unit.Frames) json.WriteNumberValue(frame.Seconds);
        json.WriteEndArray();
        json.WriteNumber("rate", options.Rate);
        json.WriteNumber("loudness_db", unit.Loudness);
        json.WriteEndObject();
    }
}
