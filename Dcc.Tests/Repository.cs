// Where the repository lies, for tests that read its files. Read next: LayeringTests.cs.
namespace Dcc.Tests;

internal static class Repository
{
    private static readonly Lazy<string> root = new(Find);

    /// <summary>The folder that holds Dcc.sln, found from the test assembly upwards.</summary>
    public static string Root => root.Value;

    /// <summary>The C# files of a project, without what the build generates.</summary>
    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Path.Combine(Root, project), file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Dcc.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Dcc.sln.");
    }
}
