// Files, folders, patterns and manifests become a list of inputs in a fixed order. Read next: Preparation.cs.
using System.IO.Enumeration;

namespace Dcc.Data;

public static class PrepareInputs
{
    /// <summary>
    /// A folder stands for all files below it but hidden ones, in the order of their names; a name with * or ? for the files that match; a CSV file for the pairs of its columns image and
    /// sound. Each input comes once. Nothing below <paramref name="except"/> is taken. Throws <see cref="DataException"/> for a name that stands for nothing.
    /// </summary>
    public static IReadOnlyList<InputEntry> Find(IEnumerable<string> names, string except)
    {
        List<InputEntry> inputs = [];
        HashSet<(string, string?)> seen = [];
        string output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(except)) + Path.DirectorySeparatorChar;
        foreach (string name in names)
            foreach (InputEntry input in Of(name))
                if (!input.Path.StartsWith(output, StringComparison.Ordinal) && seen.Add(input.Key)) inputs.Add(input);
        if (inputs.Count == 0) throw new DataException($"{string.Join(", ", names)} holds no files: name videos, folders of videos or a CSV file of pairs.");
        return inputs;
    }

    private static IEnumerable<InputEntry> Of(string name)
    {
        if (Directory.Exists(name)) return Below(name);
        if (File.Exists(name)) return Path.GetExtension(name).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? Pairs(name) : [Video(name)];
        if (Path.GetFileName(name).AsSpan().IndexOfAny('*', '?') < 0) throw new DataException($"{name} does not exist: name a video, a folder or a CSV file of pairs; the current folder is {Directory.GetCurrentDirectory()}.");
        string folder = Path.GetDirectoryName(name) is { Length: > 0 } named ? named : ".";
        if (folder.AsSpan().IndexOfAny('*', '?') >= 0 || !Directory.Exists(folder)) throw new DataException($"{name}: the folder before the pattern must be one that is there; for all files below a folder name the folder.");
        string[] found = [.. Directory.EnumerateFiles(folder).Where(file => FileSystemName.MatchesSimpleExpression(Path.GetFileName(name), Path.GetFileName(file)) && !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found.Select(file => Video(folder == "." ? Path.GetFileName(file) : file)) : throw new DataException($"{name} matches no file in {Path.GetFullPath(folder)}: check the pattern.");
    }

    private static IEnumerable<InputEntry> Below(string folder)
    {
        EnumerationOptions how = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = true };
        return Directory.EnumerateFiles(folder, "*", how).Order(StringComparer.Ordinal).Select(Video);
    }

    private static IEnumerable<InputEntry> Pairs(string manifest)
    {
        PairManifest pairs = PairManifest.Read(manifest, mayMiss: true);
        string folder = Path.GetDirectoryName(Path.GetFullPath(manifest))!;
        return pairs.Pairs.Select(pair => new InputEntry { Path = pair.Image, Sound = pair.Sound, Source = $"{Short(pair.Image)} + {Short(pair.Sound)}" });

        string Short(string path) => Slashes(Path.GetRelativePath(folder, path));
    }

    private static InputEntry Video(string name) => new() { Path = Path.GetFullPath(name), Source = Slashes(name) };

    private static string Slashes(string path) => path.Replace('\\', '/');
}
