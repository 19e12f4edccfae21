// dcc prepare IN...: videos become shards of units to train on. Read next: ../../Dcc.Data/Shards/Preparation.cs, ../../docs/videos.md.
using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dcc.Data;
using Dcc.Model;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class PrepareCommand : Verb
{
    private const int SkippedShown = 20;

    private readonly Argument<string[]> inputs = new("IN") { Description = "Videos, folders of them, patterns such as \"clips/*.mp4\", or CSV files with the columns image and sound (a still picture and any sound).", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> output = new("--out") { Description = "Folder for the shards and index.json.", HelpName = "DIR", DefaultValueFactory = _ => "dcc-shards" };
    private readonly Option<string> preset = CommonOptions.Choice("--preset", "The model that will be trained; it sets what is not given.", "small",
        new[] { "small", "paper", "paper-pooled", "simplified" }.ToDictionary(name => name));
    private readonly Option<float?> seconds = CommonOptions.Positive("--seconds", "Length of a unit; the preset's if not given (small: 0.975 s).");
    private readonly Option<float?> stride = CommonOptions.Positive("--stride", "Seconds from one unit's beginning to the next one's; the length if not given: no overlap.");
    private readonly Option<int> frames = CommonOptions.Whole("--frames", "Frames of a unit, evenly spread; the preset's number if not given: 1.", least: 1);
    private readonly Option<float?> fps = CommonOptions.Positive("--fps", "Frames a second, in place of --frames.");
    private readonly Option<int> frameSize = CommonOptions.Whole("--frame-size", "Longer side of a stored frame in pixels; twice the model's if not given.", least: 8);
    private readonly Option<string> format = CommonOptions.Choice("--format", "How frames are stored: small, or exact and about ten times larger.", "jpg", new[] { "jpg", "png" }.ToDictionary(name => name));
    private readonly Option<int> rate = CommonOptions.Whole("--rate", "Of the sound, hertz; the preset's if not given (small and paper: 16000).", least: 1000);
    private readonly Option<int> shardSize = CommonOptions.Whole("--shard-size", "Megabytes (2^20 bytes) after which a shard is closed; 256 if not given.", least: 1);
    private readonly Option<int> jobs = CommonOptions.Whole("--jobs", "Inputs read at a time; as many as there are cores if not given. The shards do not depend on it.", least: 1);

    public PrepareCommand() : base("prepare", "Cuts videos into units of frames and sound, in shards that a training of any size streams from disk; needs ffmpeg.")
    {
        Arguments.Add(inputs);
        foreach (Option option in new Option[] { output, preset, seconds, stride, frames, fps, frameSize, format, rate, shardSize, jobs, Json }) Options.Add(option);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc prepare videos --out shards", "All files below a folder; what is no video is listed and left out. Stopped, the same line goes on."),
        new("dcc prepare \"clips/*.mp4\" talk.mkv --preset paper --stride 2.5 --out shards", "Units of the paper's length, each half over the next."),
        new("dcc prepare pairs.csv --out shards", "Still pictures with sounds of any format, one pair a line: image,sound then frog.png,frog.ogg and so on."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        string folder = arguments.GetValue(output)!;
        OutputFolder.Open(folder);
        PrepareOptions options = Read(arguments);
        IReadOnlyList<InputEntry> found = PrepareInputs.Find(arguments.GetValue(inputs)!, folder);
        int most = arguments.GetValue(jobs) is > 0 and int given ? given : Environment.ProcessorCount;
        PreparationResult result;
        using (Preparation preparation = new(found, folder, options, most))
        {
            try { result = screen.WithProgress($"Preparing {found.Count} input{(found.Count == 1 ? "" : "s")}", progress => preparation.Run(progress, cancel)); }
            catch (OperationCanceledException)
            {
                screen.Line($"Stopped. What is finished is kept in {folder}; the same line goes on from there.");
                throw;
            }
        }
        Report(screen, folder, result);
        screen.Answer(Record(folder, result));
        return result.Index.Units > 0 ? CommandLine.Done : throw new CliException($"None of {result.Index.Inputs.Count} input{(result.Index.Inputs.Count == 1 ? "" : "s")} gives a unit of {options.Seconds:0.###} s; {ShardIndex.FileName} in {folder} tells why for each.");
    }

    private PrepareOptions Read(ParseResult arguments)
    {
        PrepareOptions usual = PrepareOptions.For(arguments.GetValue(preset) switch
        {
            "paper" => DccOptions.Paper,
            "paper-pooled" => DccOptions.PaperPooled,
            "simplified" => DccOptions.Simplified,
            _ => DccOptions.Small,
        });
        double length = arguments.GetValue(seconds) is { } asked ? Math.Round(asked, 6) : usual.Seconds;
        int count = arguments.GetValue(frames);
        if (arguments.GetValue(fps) is { } wanted)
            count = count == 0 ? Math.Max(1, (int)Math.Round(wanted * length)) : throw new CliException("--frames and --fps say the same: give one of them.");
        PrepareOptions options = usual with
        {
            Seconds = length,
            Stride = arguments.GetValue(stride) is { } step ? Math.Round(step, 6) : length,
            Frames = count > 0 ? count : usual.Frames,
            FrameSize = arguments.GetValue(frameSize) is > 0 and int side ? side : usual.FrameSize,
            Format = arguments.GetValue(format) == "png" ? FrameFormat.Png : FrameFormat.Jpeg,
            Rate = arguments.GetValue(rate) is > 0 and int hertz ? hertz : usual.Rate,
            ShardBytes = arguments.GetValue(shardSize) is > 0 and int megabytes ? (long)megabytes << 20 : usual.ShardBytes,
        };
        try { options.Validate(); }
        catch (ArgumentException wrong) { throw new CliException(wrong.Message, wrong); }
        return options;
    }

    private static void Report(Screen screen, string folder, PreparationResult result)
    {
        InputEntry[] told = [.. result.Index.Inputs.Where(input => input.State != InputState.Prepared || input.Reason is not null)];
        if (told.Length > 0)
        {
            screen.Heading($"{told.Count(input => input.State != InputState.Prepared)} of {result.Index.Inputs.Count} inputs give no units{(told.Any(input => input.State == InputState.Prepared) ? ", some only a part of theirs" : "")}:");
            Table table = screen.Table("input", "state", "reason");
            foreach (InputEntry input in told.Take(SkippedShown)) table.AddRow(Markup.Escape(input.Source), NameOf(input.State), Markup.Escape(input.Reason ?? ""));
            if (told.Length > SkippedShown) table.AddRow("...", "", $"{told.Length - SkippedShown} more; {ShardIndex.FileName} lists them all");
            screen.Show(table);
        }
        foreach (string source in result.Changed.Take(SkippedShown)) screen.Note($"{source} has changed since it was prepared; its units are the old ones. Prepare into a new folder to take the change in.");
        if (result.NothingToDo) screen.Line($"Nothing to do: all {result.Index.Inputs.Count} inputs are in {folder} already.");
        else
            screen.Line(string.Create(CultureInfo.InvariantCulture,
                $"Prepared {result.Files} input{(result.Files == 1 ? "" : "s")} in {result.Seconds:F1} s: {result.Files / result.Seconds:F1} files/s, {result.Units / result.Seconds:F1} units/s."));
        screen.Line(string.Create(CultureInfo.InvariantCulture, $"{folder} holds {result.Index.Units:N0} units in {result.Index.Shards.Count} shard{(result.Index.Shards.Count == 1 ? "" : "s")}, {result.Index.Bytes / 1e6:F1} MB."));
        if (result.Index.Units > 0) screen.Line($"Try    {ProgramName.Text} train {folder}");
    }

    private static string NameOf(InputState state) => string.Concat(state.ToString().Select((letter, i) => i > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private static string Record(string folder, PreparationResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("folder", folder);
            writer.WriteBoolean("nothing_to_do", result.NothingToDo);
            writer.WriteNumber("units", result.Index.Units);
            writer.WriteNumber("shards", result.Index.Shards.Count);
            writer.WriteNumber("bytes", result.Index.Bytes);
            writer.WriteNumber("files_done", result.Files);
            writer.WriteNumber("units_done", result.Units);
            writer.WriteNumber("seconds", Math.Round(result.Seconds, 3));
            writer.WriteStartArray("skipped");
            foreach (InputEntry input in result.Index.Inputs.Where(input => input.State != InputState.Prepared))
            {
                writer.WriteStartObject();
                writer.WriteString("input", input.Source);
                writer.WriteString("state", JsonNamingPolicy.SnakeCaseLower.ConvertName(input.State.ToString()));
                writer.WriteString("reason", input.Reason);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
