// Random frames and spectrograms of the sizes of a model, the same for every side. Read next: ../Peers/TorchDcc.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Bench.Workloads;

/// <summary>Frames [images, size, size, 3] of 0..255 and spectrograms [sounds, frames, bands] of the range that log-mel values have.</summary>
internal sealed class DccInputs
{
    public DccInputs(DccOptions options, int images, int sounds)
    {
        (Images, Sounds, Size, Time, Bands) = (images, sounds, options.FrameSize, options.SpectrogramFrames, options.LogMel.Bands);
        Philox random = new(7, 0);
        Frames = new float[images * Size * Size * 3];
        Spectrograms = new float[sounds * Time * Bands];
        for (int i = 0; i < Frames.Length; i++) Frames[i] = 255f * random.NextFloat();
        for (int i = 0; i < Spectrograms.Length; i++) Spectrograms[i] = 6f * random.NextFloat() - 4.6f;
    }

    public int Images { get; }
    public int Sounds { get; }
    public int Size { get; }
    public int Time { get; }
    public int Bands { get; }
    public float[] Frames { get; }
    public float[] Spectrograms { get; }
}
