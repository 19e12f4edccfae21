// What some bytes are, whatever a name says. Read next: InputFile.cs, PngContents.cs.
namespace Dcc.Data;

public static class FileKind
{
    /// <summary>"a PNG picture", "an MP4 or QuickTime file", "a text file": by the first bytes of a file, 64 are enough. Null if nothing known.</summary>
    public static string? Of(ReadOnlySpan<byte> head) => InputFile.Kind(head[..Math.Min(head.Length, 64)]);
}
