// A batch of units on the host, and where batches come from. Read next: ../Training/Trainer.cs.
namespace Dcc.Model;

/// <summary>
/// Some units: each is one or several frames and the sound that goes with them. The network sees nothing else: no label, no box, no file name.
/// </summary>
public sealed class UnitBatch
{
    public UnitBatch(int units, int framesPerUnit, int height, int width, int samples)
    {
        Units = units;
        FramesPerUnit = framesPerUnit;
        Height = height;
        Width = width;
        Samples = samples;
        Frames = new float[checked(units * framesPerUnit * height * width * 3)];
        Waveforms = new float[checked(units * samples)];
    }

    public int Units { get; }
    public int FramesPerUnit { get; }
    public int Height { get; }
    public int Width { get; }

    /// <summary>Samples of sound per unit, at the model's sample rate.</summary>
    public int Samples { get; }

    /// <summary>[units, frames, height, width, 3], red green blue, 0..255.</summary>
    public float[] Frames { get; }

    /// <summary>[units, samples].</summary>
    public float[] Waveforms { get; }
}

/// <summary>Fills batches. What it fills depends on its own seed and the step alone, so that a run can be repeated and resumed.</summary>
public interface IUnitSource
{
    /// <summary>Overwrites every frame and waveform of the batch with the units of training step <paramref name="step"/> (from 0). Called from one background thread.</summary>
    void Fill(int step, UnitBatch batch);
}
