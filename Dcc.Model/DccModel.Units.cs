// A unit of a video: several frames and the sound that goes with them. Read next: DccModel.Media.cs.
namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>One unit for <see cref="Analyze"/>: <see cref="DccOptions.FramesPerUnit"/> pictures in the order of their times, or one that all frames show, and the beginning of a sound, padded with silence if short.</summary>
    public UnitBatch UnitOf(IReadOnlyList<Picture> frames, Sound sound)
    {
        if (frames.Count != Options.FramesPerUnit && frames.Count != 1) throw new ArgumentException($"A unit of this model has {Options.FramesPerUnit} frame(s), got {frames.Count}.");
        UnitBatch batch = NewBatch(1);
        for (int f = 0; f < Options.FramesPerUnit; f++)
        {
            Picture picture = frames[Math.Min(f, frames.Count - 1)];
            float[] pixels = InScope(() => FrameOf(picture).ToArray());
            pixels.CopyTo(batch.Frames, f * pixels.Length);
        }
        InScope(() => OneUnit(sound)).CopyTo(batch.Waveforms, 0);
        return batch;
    }
}
