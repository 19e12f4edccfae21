// The options of `dcc localize` that are about videos. Read next: LocalizeVideo.cs.
using System.CommandLine;
using System.Globalization;
using Dcc.Data;

namespace Dcc.Cli;

/// <summary>Checked values of them.</summary>
internal sealed record HeatVideoChoice(double HopSeconds, double SilenceDecibels, double MostFramesPerSecond, int MaxSide);

internal sealed class HeatVideoChoices
{
    private const double Hop = 0.25, Fps = 60;

    private readonly Option<float?> hop = CommonOptions.Positive("--hop", "Video: seconds from one map to the next; between them heat is interpolated. 0.25 if not given.");
    private readonly Option<float?> fps = CommonOptions.Positive("--fps", "Video: at most so many frames a second, 60 if not given; the source's own rate if that is lower.");
    private readonly Option<int> maxSide = CommonOptions.Whole("--max-side", "Video: longer side of the frames, pixels; larger ones are made smaller. As the source if not given.", least: 16);
    private readonly Option<double> silence = new("--silence")
    {
        Description = "Video: a moment quieter than this, root mean square of half a second in decibels of full scale, is silent: no heat.",
        HelpName = "DECIBELS",
        DefaultValueFactory = _ => Loudness.Silent,
        CustomParser = argument =>
        {
            if (argument.Tokens.Count == 1 && double.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= -200 and <= 0) return value;
            argument.AddError("--silence takes decibels from -200 to 0.");
            return Loudness.Silent;
        },
    };

    public void AddTo(Command command)
    {
        command.Options.Add(hop);
        command.Options.Add(fps);
        command.Options.Add(maxSide);
        command.Options.Add(silence);
    }

    public HeatVideoChoice Read(ParseResult arguments) =>
        new(arguments.GetValue(hop) is { } seconds ? (double)(decimal)seconds : Hop, arguments.GetValue(silence), arguments.GetValue(fps) ?? Fps, arguments.GetValue(maxSide));
}
