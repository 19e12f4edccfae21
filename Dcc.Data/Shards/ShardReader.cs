// Units of a shard by their number, read forwards. Read next: ShardSource.cs.
using System.Formats.Tar;

namespace Dcc.Data;

/// <summary>Frames and sound as they lie in the shard, not yet decoded.</summary>
internal sealed record EncodedUnit(string Key, byte[][] Frames, byte[] Sound);

internal sealed class ShardReader(string path) : IDisposable
{
    private FileStream? stream;
    private TarReader? tar;
    private TarEntry? ahead;
    private int next;

    /// <summary>Throws <see cref="DataException"/> if there is no such unit, or none that can be used.</summary>
    public EncodedUnit Read(int unit)
    {
        try
        {
            if (tar is null || unit < next) Rewind();
            while (next < unit) Pass();
            return Take();
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or FormatException)
        {
            throw new DataException($"{path}: unit {unit} cannot be read ({failure.Message.TrimEnd('.')}): copy the folder again, or prepare it anew.", failure);
        }
    }

    private void Rewind()
    {
        Dispose();
        stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        tar = new TarReader(stream, leaveOpen: true);
        ahead = tar.GetNextEntry();
        next = 0;
    }

    private void Pass()
    {
        string key = KeyOf(ahead ?? throw Ended());
        while (ahead is not null && KeyOf(ahead) == key) ahead = tar!.GetNextEntry();
        next++;
    }

    private EncodedUnit Take()
    {
        string key = KeyOf(ahead ?? throw Ended());
        SortedList<int, byte[]> frames = [];
        byte[]? sound = null;
        for (; ahead is not null && KeyOf(ahead) == key; ahead = tar!.GetNextEntry())
        {
            string[] kind = Path.GetFileName(ahead.Name).Split('.')[1..];
            if (kind is ["wav"]) sound = Content(ahead);
            else if (kind is [{ } number, "jpg" or "jpeg" or "png"] && int.TryParse(number, out int frame)) frames[frame] = Content(ahead);
        }
        next++;
        if (sound is null || frames.Count == 0) throw new DataException($"{path}: unit {key} has {frames.Count} frames and {(sound is null ? "no" : "a")} sound, both are needed ({key}.0.jpg, {key}.wav): prepare the folder anew.");
        return new EncodedUnit(key, [.. frames.Values], sound);
    }

    private static byte[] Content(TarEntry entry)
    {
        byte[] content = new byte[entry.Length];
        entry.DataStream?.ReadExactly(content);
        return content;
    }

    private DataException Ended() => new($"{path} holds fewer units than {ShardIndex.FileName} tells: copy the folder again, or prepare it anew.");

    private static string KeyOf(TarEntry entry)
    {
        string name = Path.GetFileName(entry.Name);
        return name.IndexOf('.') is > 0 and int dot ? name[..dot] : name;
    }

    public void Dispose()
    {
        tar?.Dispose();
        stream?.Dispose();
    }
}
