// Runs the program "dcc" in a process of its own, as a user would. Read next: Dcc.Cli/Program.cs.
using System.Diagnostics;

namespace Dcc.Tests;

internal sealed record CliResult(int ExitCode, string Output, string Error);

internal static class RunCli
{
    /// <summary>
    /// Runs dcc with <paramref name="arguments"/> in <paramref name="folder"/> (the temporary folder if null). Standard input is empty, colours are off.
    /// A run longer than <paramref name="seconds"/> is ended with its children and fails the test, with what it printed so far.
    /// </summary>
    public static async Task<CliResult> Run(string[] arguments, string? folder = null, int seconds = 60)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            WorkingDirectory = folder ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "dcc.dll"));
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["NO_COLOR"] = "1";
        start.Environment["TERM"] = "dumb";

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"dcc {string.Join(' ', arguments)} still ran after {seconds} s. It printed:\n{await output}\n{await error}");
        }
        return new CliResult(process.ExitCode, await output, await error);
    }
}
