// A file for ffmpeg, which reads paths and not bytes: of a name that nobody chose, gone when it is read. Read next: UploadedMedia.cs.
using Dcc.Data;

namespace Dcc.Cli;

internal sealed class TemporaryUpload : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dcc-serve-");

    public TemporaryUpload(byte[] content)
    {
        Path = System.IO.Path.Combine(folder.FullName, "upload");
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    /// <summary>Runs a reader on the file. Its sentences say <paramref name="name"/> in place of the path.</summary>
    public T Read<T>(string name, Func<string, T> reader)
    {
        try { return reader(Path); }
        catch (DataException failure) { throw new Refusal(422, failure.Message.Replace(Path, name, StringComparison.Ordinal), failure); }
    }

    public void Dispose() => folder.Delete(recursive: true);
}
