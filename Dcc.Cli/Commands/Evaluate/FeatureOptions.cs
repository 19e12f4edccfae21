// The model and the options that both feature verbs share. Read next: SoundFeaturesCommand.cs, ImageFeaturesCommand.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Data;
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
    private readonly Option<string> model = ModelFile.Option();

    private readonly Option<FeaturePooling> pooling = CommonOptions.Choice("--pool", "What is kept of the network's maps: mean is the published protocol.", FeaturePooling.Mean, new Dictionary<string, FeaturePooling>
    {
        ["mean"] = FeaturePooling.Mean, ["mean-max"] = FeaturePooling.MeanMax, ["mean-deviation"] = FeaturePooling.MeanDeviation, ["blocks"] = FeaturePooling.Blocks,
    });

    private readonly Option<FeatureScaling> scaling = CommonOptions.Choice("--scaling", "Features as they are (the published protocol), or standardised by the training samples.", FeatureScaling.None,
        new Dictionary<string, FeatureScaling> { ["none"] = FeatureScaling.None, ["standard"] = FeatureScaling.Standard });

    private readonly Option<double> c = new("--c")
    {
        Description = "The SVM's C.",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => LinearSvm.UsualC,
        CustomParser = argument =>
        {
            if (argument.Tokens.Count == 1 && double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)) return value;
            argument.AddError("--c takes a number above 0.");
            return 0;
        },
    };

    public void AddTo(Command command)
    {
        command.Options.Add(model);
        command.Options.Add(pooling);
        command.Options.Add(scaling);
        command.Options.Add(c);
    }

    /// <summary>The choices of the command line, in options of either kind.</summary>
    public T Read<T>(ParseResult arguments, T options) where T : ProbeOptions =>
        (T)(options with { Pooling = arguments.GetValue(pooling), Standardize = arguments.GetValue(scaling) == FeatureScaling.Standard, C = arguments.GetValue(c) });

    /// <summary>The report, told what its folder is and lacks.</summary>
    public static EvaluationReport With(EvaluationReport report, DataSetContents? folder) => folder is null
        ? report
        : report with { Data = $"{folder.Layout} in {folder.Folder}", Skipped = [.. folder.Missing, .. report.Skipped], Notes = [.. report.Notes, .. folder.Notes] };

    public DccModel Load(ParseResult arguments, Device device) => ModelFile.Load(device, arguments.GetValue(model)!);
}
