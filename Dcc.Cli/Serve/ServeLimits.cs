// How much of what the page takes, each with the sentence that a visitor reads beyond it. Read next: UploadReader.cs, Turnstile.cs.
using System.Globalization;

namespace Dcc.Cli;

internal sealed record ServeLimits
{
    /// <summary>Bytes of one request, all its files together.</summary>
    public long UploadBytes { get; init; } = 32L << 20;

    /// <summary>Pixels of a picture.</summary>
    public long Pixels { get; init; } = 40_000_000;

    /// <summary>Length of a sound.</summary>
    public double SoundSeconds { get; init; } = 600;

    /// <summary>Length of a video.</summary>
    public double VideoSeconds { get; init; } = 120;

    /// <summary>Requests for an answer that are under way at one time.</summary>
    public int Requests { get; init; } = 8;

    /// <summary>From the first byte of a request to its last.</summary>
    public TimeSpan UploadTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>From the last byte to the answer, waiting included.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(60);

    public Refusal TooManyBytes() => new(413, Text($"These files are too large: at most {UploadBytes / (1 << 20)} MB are taken at a time. Take a smaller picture or a shorter sound."));

    public Refusal TooManyPixels(int width, int height) => new(422, Text($"The picture has {width:N0} x {height:N0} pixels, at most {Pixels / 1_000_000} million are taken. Make it smaller first."));

    public Refusal TooLong(string what, double seconds, double most) => new(422, Text($"The {what} is {seconds:N0} seconds long, at most {most:N0} are taken. Cut it first."));

    public Refusal TooManyRequests() => new(429, Text($"{Requests} requests are being answered, which is the most at a time. Try again in a few seconds."));

    public Refusal TooSlowUpload() => new(408, Text($"The files took longer than {UploadTime.TotalSeconds:F0} seconds to arrive. Try again, with smaller ones."));

    public Refusal TooSlowAnswer() => new(503, Text($"No answer within {AnswerTime.TotalSeconds:F0} seconds: the machine is busy or the files are large. Try again, with smaller ones."));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A request that is not answered: the status of the response, and the sentence that the page shows.</summary>
internal sealed class Refusal(int status, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    public int Status { get; } = status;
}
