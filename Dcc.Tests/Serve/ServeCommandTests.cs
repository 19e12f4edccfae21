// dcc serve in a process of its own: it listens, answers and stops. Read next: ../../Dcc.Cli/Commands/ServeCommand.cs.
using System.Diagnostics;
using Dcc.Cli;
using Dcc.Tests.Cli;

namespace Dcc.Tests.Serve;

public sealed class ServeCommandTests(CliFiles files) : IClassFixture<CliFiles>
{
    [UnixFact]
    public async Task Ctrl_C_stops_it_in_good_order()
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "dcc.dll"), "serve", "--port", "0", "--device", "cpu", "--model", files.PathOf("good.safetensors")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = files.Folder,
        };
        using Process process = Process.Start(start)!;
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        try
        {
            string? line;
            do line = await process.StandardOutput.ReadLineAsync(limit.Token);
            while (line is not null && !line.StartsWith("Open ", StringComparison.Ordinal));
            using HttpClient client = new() { BaseAddress = new Uri(line!.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) };
            Assert.Contains("What makes that sound?", await client.GetStringAsync("", limit.Token), StringComparison.Ordinal);
            // Both signals take the same way, and a process that a shell started in the background does not hear SIGINT.
            using (Process signal = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await signal.WaitForExitAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.Equal(CommandLine.Cancelled, process.ExitCode);
            Assert.Equal("Stopped.", (await process.StandardOutput.ReadToEndAsync(limit.Token)).Trim());
            Assert.Equal("", await process.StandardError.ReadToEndAsync(limit.Token));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    [Theory]
    [InlineData("--host", "0.0.0.0", "--open-to-network")]
    [InlineData("--port", "70000", "0 to 65535")]
    [InlineData("--model", "nowhere.safetensors", "nowhere.safetensors")]
    public async Task What_cannot_be_served_is_told_in_a_sentence(string option, string value, string said)
    {
        CliResult result = await RunCli.Run(["serve", "--device", "cpu", option, value]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(said, result.Error, StringComparison.Ordinal);
    }
}

/// <summary>Skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "Nothing on Windows sends Ctrl-C to one process alone.";
    }
}
