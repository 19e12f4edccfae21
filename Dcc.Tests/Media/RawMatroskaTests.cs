// The reader of raw frames on streams written here byte by byte, whole, cut and broken. Read next: ../../Dcc.Data/Media/RawMatroska.cs.
using Dcc.Data;

namespace Dcc.Tests;

public sealed class RawMatroskaTests
{
    private static readonly byte[] stream =
    [
        0x1A, 0x45, 0xDF, 0xA3, 0x83, 1, 2, 3,                                          // the header of the file: passed over
        0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,         // a segment of unknown length
        0x16, 0x54, 0xAE, 0x6B, 0x8A, 0xAE, 0x88, 0xE0, 0x86, 0xB0, 0x81, 2, 0xBA, 0x81, 1,   // tracks, track, video: 2 x 1
        0x1F, 0x43, 0xB6, 0x75, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,         // a cluster
        0xE7, 0x82, 0x03, 0xE8,                                                         // at 1000 ms
        0xA3, 0x8A, 0x81, 0x00, 0x28, 0x80, 1, 2, 3, 4, 5, 6,                           // a block 40 ms later
        0xA0, 0x90, 0x9B, 0x81, 9, 0xA1, 0x40, 0x0A, 0x81, 0xFF, 0xFF, 0x00, 7, 8, 9, 10, 11, 12,   // a group with a block 1 ms before its cluster, its length in two bytes
    ];

    [Fact]
    public void Blocks_come_with_size_and_time()
    {
        RawMatroska matroska = Open(stream);
        (long Milliseconds, byte[] Pixels)? first = matroska.Next();
        Assert.Equal((2, 1), (matroska.Width, matroska.Height));
        Assert.Equal(1040, first!.Value.Milliseconds);
        Assert.Equal([1, 2, 3, 4, 5, 6], first.Value.Pixels);
        (long Milliseconds, byte[] Pixels)? second = matroska.Next();
        Assert.Equal(999, second!.Value.Milliseconds);
        Assert.Equal([7, 8, 9, 10, 11, 12], second.Value.Pixels);
        Assert.Null(matroska.Next());
    }

    [Fact]
    public void A_stream_may_end_anywhere()
    {
        int whole = stream.Length - 18;   // behind the first block
        for (int length = 0; length < stream.Length; length++)
        {
            RawMatroska matroska = Open(stream[..length]);
            int blocks = 0;
            while (matroska.Next() is not null) blocks++;
            Assert.Equal(length >= whole ? 1 : 0, blocks);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0x80 })]                                        // no element's number begins with eight zero bits
    [InlineData(new byte[] { 0xE7, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]             // a number of nine bytes
    [InlineData(new byte[] { 0xA3, 0x83, 0x81, 0, 0 })]                            // a block shorter than its head
    [InlineData(new byte[] { 0xEC, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]   // something unknown without a length
    public void What_is_no_such_stream_is_refused(byte[] broken) => Assert.Contains("film.mp4", Assert.Throws<DataException>(() => Open(broken).Next()).Message, StringComparison.Ordinal);

    private static RawMatroska Open(byte[] bytes)
    {
        MemoryStream memory = new(bytes);
        return new RawMatroska(buffer => memory.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false), "film.mp4");
    }
}
