// Every choice of `dcc prepare`. Read next: Preparation.cs.
using System.Text.Json.Serialization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>How frames are stored.</summary>
[JsonConverter(typeof(SnakeCase<FrameFormat>))]
public enum FrameFormat
{
    /// <summary>Small, a little blurred.</summary>
    Jpeg,
    /// <summary>Exact, about ten times larger.</summary>
    Png,
}

/// <summary>What units are cut out of videos. Two folders with the same options and inputs hold the same bytes.</summary>
public sealed record PrepareOptions
{
    /// <summary>Length of a unit, seconds.</summary>
    public double Seconds { get; init; } = 1;

    /// <summary>From the beginning of one unit to the next, seconds.</summary>
    public double Stride { get; init; } = 1;

    /// <summary>Frames of a unit, evenly spread over it.</summary>
    public int Frames { get; init; } = 1;

    /// <summary>Longer side of a frame, pixels; smaller frames stay as they are.</summary>
    public int FrameSize { get; init; } = 128;

    public FrameFormat Format { get; init; }

    /// <summary>Of the sound, hertz.</summary>
    public int Rate { get; init; } = 16000;

    /// <summary>A shard is closed when it has so many bytes.</summary>
    public long ShardBytes { get; init; } = 256L << 20;

    /// <summary>Samples of a unit's sound: no fewer than its seconds have.</summary>
    internal int Samples => (int)Math.Ceiling(Seconds * Rate - 1e-6);

    internal string Extension => Format == FrameFormat.Jpeg ? "jpg" : "png";

    /// <summary>Units as long as a model's, frames twice its side, so that a crop has as many pixels as the model wants.</summary>
    public static PrepareOptions For(DccOptions model)
    {
        double seconds = (double)model.SamplesPerUnit / model.LogMel.SampleRate;
        return new PrepareOptions { Seconds = seconds, Stride = seconds, Frames = model.FramesPerUnit, FrameSize = 2 * model.FrameSize, Rate = model.LogMel.SampleRate };
    }

    /// <summary>All that is wrong, in one exception.</summary>
    public void Validate()
    {
        List<string> wrong = [];
        if (!(Seconds is >= 0.05 and <= 600)) wrong.Add($"seconds of a unit must be 0.05 to 600, are {Seconds}");
        if (!(Stride is >= 0.01 and <= 3600)) wrong.Add($"stride must be 0.01 to 3600 seconds, is {Stride}");
        if (Frames is < 1 or > 256) wrong.Add($"frames of a unit must be 1 to 256, are {Frames}");
        if (FrameSize is < 8 or > 4096) wrong.Add($"frame size must be 8 to 4096 pixels, is {FrameSize}");
        if (Rate is < 1000 or > 192_000) wrong.Add($"rate must be 1000 to 192,000 Hz, is {Rate}");
        if (ShardBytes < 1 << 16) wrong.Add($"a shard must have at least {1 << 16} bytes, has {ShardBytes}");
        if (wrong.Count > 0) throw new ArgumentException($"Units cannot be cut like this: {string.Join("; ", wrong)}.");
    }
}
