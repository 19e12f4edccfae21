// Finds the sample data that come with the repository. Read next: Commands/DemoCommand.cs.
namespace Dcc.Cli;

internal static class SamplesLocator
{
    private const string Name = "samples", Manifest = "pairs.csv";

    /// <summary>The folder that was named; else the nearest "samples" with a pairs.csv in or above the current folder, then in or above the program's.</summary>
    public static string Find(string? named)
    {
        if (named is not null)
        {
            if (!Directory.Exists(named)) throw new CliException($"--samples {named} does not exist: name the folder that holds {Manifest}.");
            if (!File.Exists(Path.Combine(named, Manifest))) throw new CliException($"--samples {named} has no {Manifest}: name the folder that holds it.");
            return named;
        }
        foreach (string start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                string candidate = Path.Combine(folder.FullName, Name);
                if (File.Exists(Path.Combine(candidate, Manifest))) return Path.GetRelativePath(Directory.GetCurrentDirectory(), candidate);
            }
        throw new CliException($"There is no folder \"{Name}\" with a {Manifest} in or above the current folder or the program's: run in a clone of the repository, or name one with --samples.");
    }
}
