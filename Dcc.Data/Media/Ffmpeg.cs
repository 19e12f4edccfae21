// Where ffmpeg and ffprobe are, and what to type where they are not. Read next: MediaFile.cs, ../../docs/decisions/0006-ffmpeg.md.
namespace Dcc.Data;

/// <summary>ffmpeg is a program of its own, found on the PATH; nothing but media of kinds other than WAV, PNG, JPEG, BMP and GIF needs it.</summary>
public static class Ffmpeg
{
    /// <summary>Whether both programs, ffmpeg and ffprobe, are there.</summary>
    public static bool IsPresent => Missing(SearchPath).Length == 0;

    /// <summary>
    /// Throws <see cref="DataException"/> if a program is missing, with the line that installs it on each system. <paramref name="what"/> begins the sentence: "Reading film.mp4".
    /// </summary>
    public static void Require(string what) => Require(what, SearchPath);

    internal static void Require(string what, string searchPath)
    {
        string[] missing = Missing(searchPath);
        if (missing.Length > 0)
            throw new DataException($"{what} needs ffmpeg; {string.Join(" and ", missing)} cannot be found on the PATH: install with `sudo apt install ffmpeg` (Debian, Ubuntu), "
                + "`brew install ffmpeg` (macOS) or `winget install Gyan.FFmpeg` (Windows), then open a new terminal.");
    }

    /// <summary>The full path of "ffmpeg" or "ffprobe". Throws as <see cref="Require(string)"/> does.</summary>
    internal static string Find(string program, string what)
    {
        Require(what);
        return Locate(program, SearchPath)!;
    }

    private static string SearchPath => Environment.GetEnvironmentVariable("PATH") ?? "";

    private static string[] Missing(string searchPath) => [.. new[] { "ffmpeg", "ffprobe" }.Where(program => Locate(program, searchPath) is null)];

    private static string? Locate(string program, string searchPath)
    {
        string file = OperatingSystem.IsWindows() ? program + ".exe" : program;
        return searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(folder => Path.Combine(folder.Trim('"'), file)).FirstOrDefault(File.Exists);
    }
}
