// dcc weights: looks into files of weights, brings them in, writes them for others. Read next: WeightsConvertCommand.cs.
using System.CommandLine;

namespace Dcc.Cli;

internal sealed class WeightsCommand : Command
{
    public WeightsCommand() : base("weights", "Weights of other programs in and out: safetensors, .npz, Keras .h5, ONNX; docs/weights.md.")
    {
        Subcommands.Add(new WeightsInspectCommand());
        Subcommands.Add(new WeightsConvertCommand());
        Subcommands.Add(new WeightsExportCommand());
    }
}
