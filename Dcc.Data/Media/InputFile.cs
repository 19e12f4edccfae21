// Opens a file for a reader, or says in a sentence why it cannot be read. Read next: WavReader.cs, PictureReader.cs.
using System.Text;

namespace Dcc.Data;

internal static class InputFile
{
    /// <summary>Opens a file that is there and not empty. <paramref name="wanted"/> says what the reader hopes for: "a WAV sound".</summary>
    public static FileStream Open(string path, string wanted)
    {
        if (Directory.Exists(path)) throw new DataException($"{path} is a folder, {wanted} was expected: name a file in it.");
        FileStream stream;
        try { stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read); }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"{path} does not exist, {wanted} was expected: check the name; the current folder is {Directory.GetCurrentDirectory()}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new DataException($"{path} cannot be opened ({failure.Message}), {wanted} was expected: check its name and permissions.", failure);
        }
        if (stream.Length > 0) return stream;
        stream.Dispose();
        throw new DataException($"{path} is empty, {wanted} was expected: copy or download it again.");
    }

    /// <summary>What a file is by its first bytes, whatever its name says: "a PNG picture". Null if nothing known.</summary>
    public static string? Kind(ReadOnlySpan<byte> head)
    {
        if (Starts(head, "\u0089PNG\r\n\u001a\n")) return "a PNG picture";
        if (Starts(head, "\u00ff\u00d8\u00ff")) return "a JPEG picture";
        if (Starts(head, "GIF8")) return "a GIF picture";
        if (Starts(head, "RIFF") && head.Length >= 12)
        {
            if (Starts(head[8..], "WAVE")) return "a WAV sound";
            if (Starts(head[8..], "WEBP")) return "a WebP picture";
            if (Starts(head[8..], "AVI ")) return "an AVI video";
        }
        if (Starts(head, "RF64") || Starts(head, "BW64")) return "a 64-bit WAV (RF64) sound";
        if (Starts(head, "RIFX")) return "a big-endian WAV (RIFX) sound";
        if (Starts(head, "OggS")) return "an Ogg sound";
        if (Starts(head, "fLaC")) return "a FLAC sound";
        if (Starts(head, "ID3") || (head.Length > 1 && head[0] == 0xff && (head[1] & 0xe6) == 0xe2)) return "an MP3 sound";
        if (Starts(head, "FORM")) return "an AIFF sound";
        if (head.Length >= 12 && Starts(head[4..], "ftyp")) return Starts(head[8..], "avif") || Starts(head[8..], "hei") ? "an HEIF or AVIF picture" : "an MP4 or QuickTime file";
        if (Starts(head, "\u001aE\u00df\u00a3")) return "a Matroska or WebM video";
        if (Starts(head, "II*\0") || Starts(head, "MM\0*")) return "a TIFF picture";
        if (Starts(head, "PK\u0003\u0004")) return "a ZIP archive";
        if (Starts(head, "%PDF")) return "a PDF document";
        // Two letters are little evidence: the size of the header must be one that exists as well.
        if (Starts(head, "BM") && head.Length >= 18 && head[14] is 12 or 40 or 52 or 56 or 64 or 108 or 124 && head[15] == 0) return "a BMP picture";
        return LooksLikeText(head) ? "a text file" : null;
    }

    /// <summary>The file's kind for a message, or a phrase for a kind that is not known.</summary>
    public static string KindOrUnknown(ReadOnlySpan<byte> head) => Kind(head) ?? "of a kind that is not known here";

    public static bool Starts(ReadOnlySpan<byte> head, string magic)
    {
        if (head.Length < magic.Length) return false;
        for (int i = 0; i < magic.Length; i++)
            if (head[i] != magic[i]) return false;
        return true;
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty) return false;
        foreach (byte value in head)
            if (value < 32 && value is not ((byte)'\n' or (byte)'\r' or (byte)'\t')) return false;
        // The last character may be cut in the middle.
        return !Encoding.UTF8.GetString(head[..Math.Max(1, head.Length - 3)]).Contains('\ufffd');
    }
}
