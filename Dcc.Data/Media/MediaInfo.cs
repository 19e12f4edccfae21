// What a media file holds, and what to read of it. Read next: MediaFile.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A file of sound, moving pictures or both. Second 0 is where the first of its streams starts.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Seconds">Length as the file tells it; 0 if it does not.</param>
/// <param name="Video">Null if there are no moving pictures; the picture on a record's sleeve is none.</param>
/// <param name="Audio">Null if there is no sound.</param>
public sealed record MediaInfo(string Path, double Seconds, VideoTrack? Video, AudioTrack? Audio);

/// <summary>The file's first moving pictures, or those marked as default.</summary>
/// <param name="Width">In pixels as shown: rotated, pixels square.</param>
/// <param name="Height">In pixels as shown.</param>
/// <param name="FramesPerSecond">On average; 0 if the file does not tell.</param>
/// <param name="StartSeconds">Of the first frame.</param>
/// <param name="Stream">Number among the file's streams, from 0.</param>
public sealed record VideoTrack(int Width, int Height, double FramesPerSecond, double StartSeconds, int Stream);

/// <summary>The file's first sound, or the one marked as default.</summary>
/// <param name="SampleRate">Hertz.</param>
/// <param name="Channels">1 for mono.</param>
/// <param name="StartSeconds">Of the first sample.</param>
/// <param name="Stream">Number among the file's streams, from 0.</param>
public sealed record AudioTrack(int SampleRate, int Channels, double StartSeconds, int Stream);

/// <summary>One frame and the second at which it appears, to a millisecond.</summary>
public sealed record TimedFrame(double Seconds, Picture Picture);

/// <summary>Which frames of a video.</summary>
/// <param name="FramesPerSecond">At most one frame in each stretch of 1 / this, the first that the file has there; 0 for all frames. Where a video stands still, stretches stay empty.</param>
/// <param name="MaxSide">Larger frames are scaled down so that their longer side has this many pixels; 0 leaves them as they are. None is scaled up.</param>
public sealed record FrameRequest(double FramesPerSecond = 0, int MaxSide = 0)
{
    public void Validate()
    {
        if (!(FramesPerSecond >= 0 && FramesPerSecond <= 1000)) throw new ArgumentException($"Frames per second must be 0 (all) to 1000, is {FramesPerSecond}.");
        if (MaxSide is < 0 or > PictureReader.MaxSide) throw new ArgumentException($"The longer side of a frame must be 0 (as it is) to {PictureReader.MaxSide}, is {MaxSide}.");
    }
}
