// Completion: the scripts for shells, and bash asking the program through them. Read next: Dcc.Cli/Commands/CompletionCommand.cs.
using System.Diagnostics;
using Dcc.Cli;

namespace Dcc.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("local", "localize")]
    [InlineData("localize --map audio", "audio-conditioned")]
    [InlineData("train --preset si", "simplified")]
    public async Task The_program_says_what_may_stand_at_a_place(string line, string word)
    {
        CliResult result = await RunCli.Run([$"[suggest:{line.Length}]", line]);
        Assert.Equal([word], result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _dcc_complete dcc")]
    [InlineData("zsh", "compdef _dcc dcc")]
    [InlineData("fish", "complete -c dcc")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName dcc")]
    public async Task Every_shell_gets_its_lines(string shell, string line)
    {
        CliResult result = await RunCli.Run(["completion", shell]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(line, result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_shell_is_wrong_usage()
    {
        CliResult result = await RunCli.Run(["completion", "tcsh"]);
        Assert.Equal(CommandLine.WrongUsage, result.ExitCode);
        Assert.Contains("bash", result.Error, StringComparison.Ordinal);
    }

    [BashFact]
    public async Task Bash_completes_a_word()
    {
        string script = (await RunCli.Run(["completion", "bash"])).Output;
        string program = Path.Combine(AppContext.BaseDirectory, "dcc.dll");
        string test = $$"""
            dcc() { dotnet "{{program}}" "$@"; }
            {{script}}
            COMP_LINE="dcc localize --map pa" COMP_POINT=21 COMP_WORDS=(dcc localize --map pa) COMP_CWORD=3
            _dcc_complete
            echo "${COMPREPLY[@]}"
            """;
        ProcessStartInfo start = new("bash", ["-c", test]) { RedirectStandardOutput = true };
        using Process bash = Process.Start(start)!;
        string output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal("paper", output.Trim());
    }
}

/// <summary>Skipped where there is no bash.</summary>
public sealed class BashFactAttribute : FactAttribute
{
    public BashFactAttribute()
    {
        if (!File.Exists("/bin/bash") && !File.Exists("/usr/bin/bash")) Skip = "There is no bash here.";
    }
}
