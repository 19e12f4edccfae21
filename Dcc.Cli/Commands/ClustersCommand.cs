// dcc clusters INPUT: what each cluster of a model shows and sounds like. Read next: ../../Dcc.Data/Clusters/ClusterGallery.cs, ../Clusters/ClustersPage.cs.
using System.CommandLine;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Cli;

internal sealed class ClustersCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string> input = new("INPUT") { Description = "A video, a folder with videos or one that `dcc prepare` made, or a CSV file: columns image and sound for pairs, or file for videos." };
    private readonly Option<string> output = new("--out") { Description = "Folder for index.html, clusters.json and members.csv.", HelpName = "DIR", DefaultValueFactory = _ => "clusters" };
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<int> members = CommonOptions.Whole("--members", "Members shown of each list, 6 if not given.", least: 1);
    private readonly Option<float?> hop = CommonOptions.Positive("--hop", "Seconds from one unit of a video to the next; the model's unit if not given.");

    public ClustersCommand() : base("clusters", "Shows the members that stand for each cluster: frames with the cluster's map, spectrograms and sounds with where it is active.")
    {
        Arguments.Add(input);
        Options.Add(output);
        Options.Add(model);
        members.DefaultValueFactory = _ => 6;
        Options.Add(members);
        Options.Add(hop);
        Options.Add(Json);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc clusters videos/ --model my-run/model.safetensors --out clusters", "Looks through all videos of a folder; open clusters/index.html in a browser."),
        new("dcc clusters samples/pairs.csv --out clusters", "The pairs of a CSV file and the model of `dcc demo`; needs no ffmpeg for PNG, JPEG and WAV."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string named = arguments.GetValue(input)!, modelPath = arguments.GetValue(model)!;
        ModelFile.RequireThere(modelPath);
        if (!File.Exists(named) && !Directory.Exists(named)) throw new CliException($"{named} does not exist: name a video, a folder with videos, or a CSV file of pairs.");
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = DccModel.Load(device, modelPath);
        double unit = (double)dcc.Options.SamplesPerUnit / dcc.Options.LogMel.SampleRate;
        IReadOnlyList<PairedSource> sources = PairedUnits.Open(named, dcc, arguments.GetValue(hop) ?? unit);
        OutputFolder folder = OutputFolder.Open(arguments.GetValue(output)!);
        ClusterPortraits portraits = screen.WithProgress($"Looking at {sources.Count} videos, pairs or shards", progress => ClusterGallery.Collect(dcc, sources, arguments.GetValue(members), progress, cancel));
        JsonObject all = ClusterFiles.Json(portraits, new JsonObject { ["data"] = named, ["dcc"] = RunRecord.Version, ["model"] = modelPath, ["model_sha256"] = ModelFile.Hash(modelPath), ["unit_seconds"] = unit });
        AtomicFile.WriteText(folder.PathOf("index.html"), ClustersPage.Write(Path.GetFileName(Path.TrimEndingDirectorySeparator(named)), portraits, new MemberFigure(dcc.Options)));
        AtomicFile.WriteText(folder.PathOf("clusters.json"), ClusterFiles.Text(all));
        AtomicFile.WriteText(folder.PathOf("members.csv"), ClusterFiles.Csv(portraits));
        SkippedFiles.Show(screen, portraits.Skipped, sources.Count, folder.PathOf("clusters.json"));
        screen.Line($"{portraits.Units} units, {portraits.SilentUnits} silent. Open {folder.PathOf("index.html")} in a browser; {folder.PathOf("clusters.json")} and {folder.PathOf("members.csv")} have the lists.");
        if (portraits.Stopped) throw new OperationCanceledException();   // what there is was kept
        screen.Answer(all.ToJsonString());
        return CommandLine.Done;
    }
}
