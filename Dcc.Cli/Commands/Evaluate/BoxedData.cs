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

    /// <summary>The pairs of a folder in a published layout or of a CSV manifest.</summary>
    public static IReadOnlyList<BoxedPair> Read(string path) => Directory.Exists(path)
        ? throw new CliException($"{path} is a folder in no layout that is known here: name a CSV file with the columns id,image,sound,xmin,ymin,xmax,ymax.")
        : BoxManifest.Read(path);
}
