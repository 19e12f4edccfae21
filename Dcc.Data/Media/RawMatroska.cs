// Just enough of Matroska to take raw frames and their times out of a pipe. Read next: FfmpegChild.cs.
namespace Dcc.Data;

/// <summary>
/// A Matroska stream is a tree of elements, each a number, a length and its content. Segment, clusters, groups and tracks are entered; of what lies in them sizes, times and blocks are kept,
/// the rest is passed over. Times are milliseconds: that is ffmpeg's scale.
/// </summary>
internal sealed class RawMatroska(RawMatroska.Reader read, string path)
{
    private const ulong Segment = 0x18538067, Cluster = 0x1F43B675, ClusterTime = 0xE7, SimpleBlock = 0xA3, BlockGroup = 0xA0, Block = 0xA1, Tracks = 0x1654AE6B, TrackEntry = 0xAE, Video = 0xE0, PixelWidth = 0xB0, PixelHeight = 0xBA;
    private const int LargestBlock = 1 << 30;

    private readonly byte[] small = new byte[8];
    private long clusterTime;

    /// <summary>Fills the buffer, or as much of it as there is.</summary>
    public delegate int Reader(Span<byte> buffer);

    /// <summary>Of every frame; known when the first one has come.</summary>
    public int Width { get; private set; }

    /// <summary>Of every frame; known when the first one has come.</summary>
    public int Height { get; private set; }

    /// <summary>The next whole frame; null at the end of the stream, also if that comes in the middle of a frame.</summary>
    public (long Milliseconds, byte[] Pixels)? Next()
    {
        while (Number(keepMark: true) is { } element && Number(keepMark: false) is { } length)
            switch (element)
            {
                case Segment or Cluster or BlockGroup or Tracks or TrackEntry or Video: continue;
                case ClusterTime: clusterTime = (long)Unsigned(length); continue;
                case PixelWidth: Width = (int)Unsigned(length); continue;
                case PixelHeight: Height = (int)Unsigned(length); continue;
                case SimpleBlock or Block: return Frame(length);
                default: Pass(length); continue;
            }
        return null;
    }

    /// <summary>A block: the track's number (one byte, for there is one track), the time after its cluster's, flags, pixels.</summary>
    private (long, byte[])? Frame(ulong length)
    {
        if (length is < 4 or > LargestBlock) throw Broken();
        if (read(small.AsSpan(0, 4)) < 4) return null;
        byte[] pixels = new byte[length - 4];
        return read(pixels) < pixels.Length ? null : (clusterTime + (short)(small[1] << 8 | small[2]), pixels);
    }

    private void Pass(ulong length)
    {
        if (length > LargestBlock) throw Broken();
        Span<byte> away = stackalloc byte[4096];
        for (int left = (int)length; left > 0;)
        {
            int got = read(away[..Math.Min(left, away.Length)]);
            if (got == 0) return;
            left -= got;
        }
    }

    /// <summary>The leading zero bits of the first byte tell how many bytes follow; the mark after them belongs to an element's number, not to a length. Null at the end.</summary>
    private ulong? Number(bool keepMark)
    {
        if (read(small.AsSpan(0, 1)) == 0) return null;
        int more = System.Numerics.BitOperations.LeadingZeroCount((uint)small[0]) - 24;
        if (more > 7) throw Broken();
        ulong value = keepMark ? small[0] : (ulong)small[0] & ((1u << (7 - more)) - 1);
        if (read(small.AsSpan(0, more)) < more) return null;
        for (int i = 0; i < more; i++) value = value << 8 | small[i];
        return value;
    }

    private ulong Unsigned(ulong length)
    {
        if (length > 8) throw Broken();
        int got = read(small.AsSpan(0, (int)length));
        ulong value = 0;
        for (int i = 0; i < got; i++) value = value << 8 | small[i];
        return value;
    }

    private DataException Broken() => new($"{path}: what ffmpeg wrote cannot be understood: update ffmpeg, or convert the video first.");
}
