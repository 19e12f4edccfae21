// How the sounds of a data set may be named: as published, or as ffmpeg converted them. Read next: ../Media/SoundFile.cs.
namespace Dcc.Data;

internal static class SoundNames
{
    /// <summary>WAV first: it is read without ffmpeg.</summary>
    public static string[] Endings { get; } = [".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac"];

    public static bool IsOne(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>The file NAME.wav, or NAME with another of the endings, or null. <paramref name="name"/> may hold dots.</summary>
    public static string? Find(string folder, string name) => Endings.Select(ending => Path.Combine(folder, name + ending)).FirstOrDefault(File.Exists);

    /// <summary>Why a sound cannot be read, in a sentence, or null; a WAV file's header is looked at, of others what ffmpeg says of theirs.</summary>
    public static string? Problem(string path)
    {
        try
        {
            if (Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase)) WavReader.Check(path);
            else if (MediaFile.Probe(path).Audio is null) return $"{path} holds no sound.";
            return null;
        }
        catch (DataException failure)
        {
            return failure.Message;
        }
    }
}
