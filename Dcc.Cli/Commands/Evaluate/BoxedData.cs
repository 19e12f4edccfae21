// What the verbs on boxed data have in common: finding the pairs. Read next: EvaluateLocalizationCommand.cs.
using System.CommandLine;
using Dcc.Data;

namespace Dcc.Cli;

internal static class BoxedData
{
    public static Option<string?> ListOption() => new("--list")
    {
        Description = "Of a folder: the file that picks a test set, such as flickr_test.csv, or one that extends it by silent pairs, such as vggss_test_plus_silent.csv; the usual one in the folder if not given.", HelpName = "FILE",
    };

    /// <summary>The pairs of a folder in a published layout or of a CSV manifest, and samples that a list of the folder names but that are not there.</summary>
    public static (IReadOnlyList<BoxedPair> Pairs, IReadOnlyList<SkippedSample> Missing) Read(string path, string? list = null)
    {
        if (!Directory.Exists(path)) return list is null ? (BoxManifest.Read(path), []) : throw new CliException($"--list picks pairs of a folder, and {path} is none: leave it out.");
        DataSetContents found = DataSetFolder.Recognise(path, list);
        if (found.Boxes.Count == 0) throw new CliException($"{path} ({found.Layout}) has no boxed pair that can be used: `dcc data doctor {path}` says what is missing.");
        return (found.Boxes, found.Missing);
    }
}
