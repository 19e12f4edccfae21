// From what a visitor sent to what the model takes. Read next: PageAnswers.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Frames, the part of a sound that goes with them, where that part begins, how long the sound is in all, and what is known about the pair.</summary>
internal sealed record UploadedUnit(IReadOnlyList<Picture> Frames, Sound Sound, double Start, double Total, string Title, IReadOnlyList<BoxView> Boxes)
{
    /// <summary>Throws a <see cref="Refusal"/> with the sentence for whatever cannot be used.</summary>
    public static UploadedUnit Of(Upload upload, IReadOnlyList<ExamplePair> examples, DccOptions options, ServeLimits limits, CancellationToken cancel)
    {
        if (upload.Example is { } number)
        {
            ExamplePair example = number < examples.Count ? examples[number] : throw new Refusal(404, $"There is no example {number + 1}. Reload the page and choose another.");
            return From([example.Picture], example.Sound, 0, options, $"{example.Things}: you hear the {example.Sounding}", example.Boxes);
        }
        try
        {
            if (upload.Video is not null)
            {
                (IReadOnlyList<Picture> frames, Sound heard) = UploadedMedia.Video(upload.Video, upload.Second, options, limits, cancel);
                return From(frames, heard, upload.Second, options, "Your video", []);
            }
            if (upload.Picture is null || upload.Sound is null)
                throw new Refusal(400, $"{(upload.Picture is null ? upload.Sound is null ? "A picture and a sound are" : "A picture is" : "A sound is")} missing. Choose both, or click an example.");
            return From([UploadedMedia.Picture(upload.Picture, limits)], UploadedMedia.Sound(upload.Sound, options, limits, cancel), upload.Second, options, "Your picture and your sound", []);
        }
        catch (DataException failure) { throw new Refusal(422, failure.Message, failure); }
    }

    /// <summary>The part that begins at <paramref name="second"/>, or as much earlier as makes it whole.</summary>
    private static UploadedUnit From(IReadOnlyList<Picture> frames, Sound sound, double second, DccOptions options, string title, IReadOnlyList<BoxView> boxes)
    {
        long unit = (long)options.SamplesPerUnit * sound.SampleRate / options.LogMel.SampleRate;
        int start = (int)Math.Clamp((long)(second * sound.SampleRate), 0, Math.Max(0, sound.Samples.Length - unit));
        return new UploadedUnit(frames, start == 0 ? sound : new Sound(sound.Samples[start..], sound.SampleRate), (double)start / sound.SampleRate, sound.Seconds, title, boxes);
    }
}
