// The helper that CLI tests stand on. Read next: RunCli.cs.
namespace Dcc.Tests;

public sealed class RunCliTests
{
    [Fact]
    public async Task Dcc_starts_in_a_process_of_its_own()
    {
        CliResult result = await RunCli.Run(["--help"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("dcc", result.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", result.Error);
    }
}
