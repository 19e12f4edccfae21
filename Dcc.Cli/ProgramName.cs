// How the program is called here, for the lines it suggests. Read next: Commands/DemoCommand.cs.
namespace Dcc.Cli;

internal static class ProgramName
{
    /// <summary>"dcc", or the command that runs it from a clone of the repository.</summary>
    public static string Text { get; } = IsInClone() ? "dotnet run -c Release --project Dcc.Cli --" : "dcc";

    private static bool IsInClone()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Dcc.sln"))) return true;
        return false;
    }
}
