// Fills shards with units, one shard after the other. Read next: Preparation.cs.
using System.Formats.Tar;
using System.Globalization;

namespace Dcc.Data;

/// <summary>A shard is written as NAME.part and gets its name when it is whole and on disk.</summary>
internal sealed class ShardWriter(string folder, int firstNumber, long fullAt) : IDisposable
{
    private FileStream? stream;
    private TarWriter? tar;
    private int number = firstNumber, units;

    /// <summary>Whether something waits for <see cref="Finish"/>.</summary>
    public bool IsOpen => stream is not null;

    public bool IsFull => stream?.Position >= fullAt;

    public void Add(IReadOnlyList<(string Name, byte[] Content)> unit)
    {
        if (tar is null)
        {
            stream = new FileStream(PathNow + ".part", FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true);
        }
        foreach ((string name, byte[] content) in unit) PartFile.Add(tar, name, content);
        units++;
    }

    /// <summary>Closes the shard in hand, which must be open.</summary>
    public ShardEntry Finish()
    {
        tar!.Dispose();
        stream!.Flush(flushToDisk: true);
        ShardEntry entry = new(Path.GetFileName(PathNow), units, stream.Length);
        stream.Dispose();
        File.Move(PathNow + ".part", PathNow, overwrite: true);
        (tar, stream, units) = (null, null, 0);
        number++;
        return entry;
    }

    private string PathNow => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"shard-{number:D6}.tar"));

    /// <summary>What is not finished is dropped.</summary>
    public void Dispose()
    {
        if (stream is null) return;
        stream.Dispose();
        File.Delete(PathNow + ".part");
    }
}
