// Where results lie in the repository: benchmarks/<machine>/. Read next: PerformancePage.cs.
using Dcc.Bench.Measuring;

namespace Dcc.Bench.Report;

internal static class ResultFiles
{
    /// <summary>The folder above the program that holds Dcc.sln.</summary>
    public static string Repository { get; } = Up(AppContext.BaseDirectory) ?? Up(Directory.GetCurrentDirectory()) ?? throw new InvalidOperationException("--write needs the repository: run the benchmarks from it.");

    public static string MachineFolder => Path.Combine(Repository, "benchmarks", Machine.Folder);

    /// <summary>Writes name.md and, if there is one, name.csv, beside Versions.txt.</summary>
    public static void Write(string folder, string name, string markdown, string? csv)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.md"), markdown);
        if (csv is not null) File.WriteAllText(Path.Combine(folder, $"{name}.csv"), csv);
        File.WriteAllText(Path.Combine(folder, $"Versions{Machine.Suffix}.txt"), Machine.Versions());
    }

    /// <summary>benchmarks/&lt;device&gt;/gpu.md and gpu.csv, each complete or as it was before.</summary>
    public static void WriteGpu(string device, string markdown, string csv)
    {
        string folder = Path.Combine(Repository, "benchmarks", string.Join('-', new string([.. device.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Directory.CreateDirectory(folder);
        foreach ((string name, string text) in ((string, string)[])[("gpu.md", markdown), ("gpu.csv", csv), ("Versions.txt", Machine.Versions())])
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText($"{path}.new", text);
            File.Move($"{path}.new", path, overwrite: true);
        }
    }

    private static string? Up(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Dcc.sln"))) return at.FullName;
        return null;
    }
}
