// Pictures and recordings of any size and rate become the units that the model takes. Read next: DccModel.Inference.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>Pictures and sounds as a batch for <see cref="Analyze"/>. The beginning of each sound is used, padded with silence if short; with several frames to a unit, all show the picture.</summary>
    public UnitBatch BatchOf(IReadOnlyList<(Picture Picture, Sound Sound)> pairs)
    {
        UnitBatch batch = NewBatch(pairs.Count);
        for (int u = 0; u < pairs.Count; u++) Fill(batch, u, [pairs[u].Picture], pairs[u].Sound);
        return batch;
    }

    /// <summary>One unit for <see cref="Analyze"/>: <see cref="DccOptions.FramesPerUnit"/> pictures in the order of their times, or one that all frames show, and the beginning of a sound, padded with silence if short.</summary>
    public UnitBatch UnitOf(IReadOnlyList<Picture> frames, Sound sound)
    {
        if (frames.Count != Options.FramesPerUnit && frames.Count != 1) throw new ArgumentException($"A unit of this model has {Options.FramesPerUnit} frame(s), got {frames.Count}.");
        UnitBatch batch = NewBatch(1);
        Fill(batch, 0, frames, sound);
        return batch;
    }

    private void Fill(UnitBatch batch, int unit, IReadOnlyList<Picture> frames, Sound sound)
    {
        float[] pixels = [];
        for (int f = 0; f < Options.FramesPerUnit; f++)
        {
            if (f < frames.Count) pixels = InScope(() => FrameOf(frames[f]).ToArray());
            pixels.CopyTo(batch.Frames, (unit * Options.FramesPerUnit + f) * pixels.Length);
        }
        InScope(() => OneUnit(sound)).CopyTo(batch.Waveforms, unit * batch.Samples);
    }

    /// <summary>The picture as one frame [1, size, size, 3], 0..255.</summary>
    private Tensor FrameOf(Picture picture)
    {
        Tensor pixels = Tensor.From(Device, new TensorShape(1, picture.Height, picture.Width, 3), Array.ConvertAll(picture.Rgb, value => (float)value));
        return Op.Resize(pixels, Options.FrameSize, Options.FrameSize, antialias: true);
    }

    /// <summary>The sound at the model's rate, cut or zero-padded to the length of one unit.</summary>
    private float[] OneUnit(Sound sound)
    {
        // A unit never needs more of the recording than this; the margin covers the resampling filter.
        int needed = (int)Math.Min(sound.Samples.Length, ((long)Options.SamplesPerUnit + 256) * sound.SampleRate / Options.LogMel.SampleRate + 256);
        float[] samples = sound.SampleRate == Options.LogMel.SampleRate ? sound.Samples : Resample(sound.Samples.AsSpan(0, needed), sound.SampleRate);
        float[] unit = new float[Options.SamplesPerUnit];
        samples.AsSpan(0, Math.Min(samples.Length, unit.Length)).CopyTo(unit);
        return unit;
    }

    private float[] Resample(ReadOnlySpan<float> samples, int rate)
    {
        using ResamplePlan plan = new(Device, rate, Options.LogMel.SampleRate);
        Tensor source = Tensor.From(Device, new TensorShape(1, samples.Length), samples);
        return Op.Resample(source, plan).ToArray();
    }
}
