// Where results go. Checked before any work, so that a run does not find out at its end that it cannot save. Read next: Commands/DemoCommand.cs.
namespace Dcc.Cli;

internal sealed class OutputFolder
{
    private readonly string shown;

    private OutputFolder(string path) => shown = path;

    /// <summary>Makes the folder if need be.</summary>
    public static OutputFolder Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new CliException("--out is empty: name a folder.");
        if (File.Exists(path)) throw new CliException($"--out {path} is a file, results go to a folder: choose another name.");
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $"{Guid.NewGuid():N}.part");
            File.Create(probe).Dispose();
            File.Delete(probe);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException($"--out {path} cannot be written ({failure.Message.TrimEnd('.')}): choose another folder.", failure);
        }
        return new OutputFolder(path);
    }

    /// <summary>The path of a file in it, as the user wrote the folder.</summary>
    public string PathOf(string name) => Path.Combine(shown, name);
}
