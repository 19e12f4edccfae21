// dcc data: what concerns data sets on disk. Read next: DoctorCommand.cs.
using System.CommandLine;

namespace Dcc.Cli;

internal sealed class DataCommand : Command
{
    public DataCommand() : base("data", "Looks after data sets on disk.") => Subcommands.Add(new DoctorCommand());
}
