// The model and the options that both feature verbs share. Read next: SoundFeaturesCommand.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal enum FeatureScaling
{
    None,
    Standard,
}

internal sealed class FeatureOptions
{
    private static readonly string usualModel = Path.Combine("dcc-demo", "model.safetensors");

    private readonly Option<string> model = ModelOption();

    public Option<FeaturePooling> Pooling { get; } = CommonOptions.Choice("--pool", "What is kept of the network's maps: mean is the published protocol.", FeaturePooling.Mean, new Dictionary<string, FeaturePooling>
    {
        ["mean"] = FeaturePooling.Mean, ["mean-max"] = FeaturePooling.MeanMax, ["mean-deviation"] = FeaturePooling.MeanDeviation, ["blocks"] = FeaturePooling.Blocks,
    });

    public Option<FeatureScaling> Scaling { get; } = CommonOptions.Choice("--scaling", "Features as they are (the published protocol), or standardised by the training samples.", FeatureScaling.None,
        new Dictionary<string, FeatureScaling> { ["none"] = FeatureScaling.None, ["standard"] = FeatureScaling.Standard });

    public Option<double> C { get; } = new("--c")
    {
        Description = "The SVM's C.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => LinearSvm.UsualC,
        CustomParser = argument =>
        {
            if (argument.Tokens.Count == 1 && double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double c) && c > 0 && double.IsFinite(c)) return c;
            argument.AddError("--c takes a number above 0.");
            return 0;
        },
    };

    public static Option<string> ModelOption() => new("--model") { Description = "A model that `dcc demo` or `dcc train` made.", HelpName = "FILE", DefaultValueFactory = _ => usualModel };

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(Pooling);
        command.Options.Add(Scaling);
        command.Options.Add(C);
    }

    public DccModel Load(ParseResult arguments, Device device) => LoadModel(arguments.GetValue(model)!, device);

    public static DccModel LoadModel(string path, Device device) => File.Exists(path)
        ? DccModel.Load(device, path)
        : throw new CliException($"There is no model {path}: `dcc demo` makes one in a few minutes, or name another with --model.");
}
