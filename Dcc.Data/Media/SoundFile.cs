// The sound of a file, whatever the file is. Read next: MediaFile.cs.
using Dcc.Model;

namespace Dcc.Data;

public static class SoundFile
{
    private const int OtherRate = 48000;

    /// <summary>
    /// A WAV file at its own rate, read without ffmpeg; the sound of anything else at 48 kHz, by ffmpeg. A file of another kind that lies there where ffmpeg is missing gets the sentence that says how to
    /// install it.
    /// </summary>
    /// <exception cref="DataException">There is no sound in it, or it cannot be read.</exception>
    public static Sound Read(string path, CancellationToken cancel)
    {
        using (FileStream stream = InputFile.Open(path, "a sound"))
        {
            Span<byte> head = stackalloc byte[64];
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            // What no ffmpeg would make a sound of is told as WavReader tells it.
            if (!CanHoldSound(InputFile.Kind(head)))
            {
                stream.Position = 0;
                return WavReader.Read(stream, path);
            }
        }
        return MediaFile.ReadSound(path, OtherRate, cancel);
    }

    private static bool CanHoldSound(string? kind) => kind is not ("a WAV sound" or "a text file" or "a PDF document" or "a ZIP archive") && kind?.EndsWith("picture", StringComparison.Ordinal) != true;
}
