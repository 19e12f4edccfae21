// dcc embed IN...: embeddings of sounds, pictures and videos as .npz, .safetensors or .parquet. Read next: ../../Dcc.Data/Embeddings/EmbeddingRun.cs, ../Embeddings/EmbeddingMetadata.cs.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class EmbedCommand : Verb
{
    private readonly CommonOptions common = new();
    private readonly Argument<string[]> input = new("IN") { Description = "Sounds, pictures, videos; folders of them or one that `dcc prepare` made; CSV files with columns file, image, sound or video.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> output = new("--out") { Description = "The file: its ending says the format, .npz, .safetensors or .parquet.", HelpName = "FILE", DefaultValueFactory = _ => "embeddings.npz" };
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<float?> hop = CommonOptions.Positive("--hop", "Seconds from one unit of a recording to the next; the model's unit if not given, so that units do not overlap.");
    private readonly Option<bool> centres = new("--centres") { Description = "Also the unit centres of each row, clusters * dims numbers; of models with projections." };

    public EmbedCommand() : base("embed", "Turns sounds, pictures and videos into vectors, a row for each unit, with times and the model's hash beside them.")
    {
        Arguments.Add(input);
        Options.Add(output);
        Options.Add(model);
        Options.Add(hop);
        Options.Add(centres);
        Options.Add(Json);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc embed videos/ --model my-run/model.safetensors --out videos.npz", "A row for each second or so of sound and for its frame; numpy.load(\"videos.npz\")[\"embedding\"] has them."),
        new("dcc embed samples/pairs.csv --out pairs.parquet --centres", "The pictures and sounds of a list with the demo's model; needs no ffmpeg for PNG, JPEG and WAV."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        bool withCentres = arguments.GetValue(centres);
        string path = arguments.GetValue(output)!, modelPath = arguments.GetValue(model)!;
        if (Directory.Exists(path)) throw new CliException($"--out {path} is a folder: name a file such as {Path.Combine(path, "embeddings.npz")}.");
        EmbeddingFile.RequireKnown(path);
        ModelFile.RequireThere(modelPath);
        IReadOnlyList<string> files = MediaList.Expand(arguments.GetValue(input)!);
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = DccModel.Load(device, modelPath);
        if (withCentres && dcc.Options.Profile != ClusteringProfile.Projected) throw new CliException($"{modelPath} has no shared projections, so its sounds and pictures have no centres that go together: leave out --centres.");
        double seconds = arguments.GetValue(hop) ?? (double)dcc.Options.SamplesPerUnit / dcc.Options.LogMel.SampleRate;
        EmbeddingRun run = new(dcc, seconds, withCentres);
        using EmbeddingSpool rows = Spool(path, dcc, withCentres);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            screen.WithProgress($"Embedding {files.Count} {(files.Count == 1 ? "file" : "files")}", progress =>
            {
                for (int f = 0; f < files.Count; f++)
                {
                    int before = f;
                    run.Embed(files[f], rows, new Told<double>(share => progress.Report((before + share) / files.Count)), cancel);
                    progress.Report((f + 1.0) / files.Count);
                }
                return true;
            });
        }
        catch (OperationCanceledException) when (rows.Rows.Count > 0)
        {
            string part = Path.ChangeExtension(path, $".part{Path.GetExtension(path)}");
            EmbeddingFile.Write(part, rows, EmbeddingMetadata.Of(dcc, modelPath, seconds, rows, run.Skipped, complete: false));
            screen.Note($"Stopped; the rows of {rows.Files.Count} files are kept in {part}.");
            throw;
        }
        if (rows.Rows.Count == 0) throw new CliException($"None of {files.Count} files can be embedded; the first, {run.Skipped[0].Id}: {run.Skipped[0].Reason}");
        JsonObject metadata = EmbeddingMetadata.Of(dcc, modelPath, seconds, rows, run.Skipped, complete: true);
        EmbeddingFile.Write(path, rows, metadata);
        SkippedFiles.Show(screen, run.Skipped, files.Count, "the file's metadata");
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{rows.Rows.Count} rows of {rows.Width} numbers from {rows.Files.Count} files in {watch.Elapsed.TotalSeconds:F1} s ({rows.Files.Count / watch.Elapsed.TotalSeconds:F1} files/s)."));
        screen.Line(PeakMemory.Line(device));
        screen.Line($"Written: {path}");
        metadata["file"] = path;
        screen.Answer(metadata.ToJsonString());
        return CommandLine.Done;
    }

    private static EmbeddingSpool Spool(string path, DccModel model, bool withCentres)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            Directory.CreateDirectory(folder);
            return new EmbeddingSpool(Path.Combine(folder, $"{Path.GetFileName(path)}.{Guid.NewGuid():N}.part"), model.EmbeddingWidth, withCentres ? model.CentresWidth : 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--out {path} cannot be written ({failure.Message.TrimEnd('.')}): choose another place.", failure);
        }
    }
}
