// What the verbs on boxed data have in common: finding the pairs and the model. Read next: EvaluateLocalizationCommand.cs.
using System.CommandLine;
using Dcc.Data;

namespace Dcc.Cli;

internal static class BoxedData
{
    public static Option<string> ModelOption() => new("--model")
    {
        Description = "A model that `dcc demo` or `dcc train` made.", HelpName = "FILE", DefaultValueFactory = _ => Path.Combine("dcc-demo", "model.safetensors"),
    };

    public static string RequireModel(string path) =>
        File.Exists(path) ? path : throw new CliException($"There is no model {path}: `dcc demo` makes one in a few minutes, or name another with --model.");

    /// <summary>The pairs of a folder in a published layout or of a CSV manifest, and samples that a list of the folder names but that are not there.</summary>
    public static (IReadOnlyList<BoxedPair> Pairs, IReadOnlyList<SkippedSample> Missing) Read(string path)
    {
        if (!Directory.Exists(path)) return (BoxManifest.Read(path), []);
        DataSetContents found = DataSetFolder.Recognise(path);
        if (found.Boxes.Count == 0) throw new CliException($"{path} ({found.Layout}) has no boxed pair that can be used: `dcc data doctor {path}` says what is missing.");
        return (found.Boxes, found.Missing);
    }
}
