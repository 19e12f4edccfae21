// Training batches from a list of pictures and sounds. Read next: Augmentation.cs, and PairLibrary.cs, which holds them in memory.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Each unit is a random part of a picture, perhaps mirrored and changed in colour, and a random window of its sound at a random loudness. What a step
/// holds depends on the seed and the step alone. No sound comes twice in a batch as long as there are enough: its second picture would be no mismatch.
/// </summary>
public sealed class ManifestSource : IUnitSource
{
    private readonly PairLibrary library;
    private readonly ulong seed;
    private readonly int[] order;
    private readonly Lock gate = new();   // a cancelled trainer may ask while its loader thread is still filling

    public ManifestSource(PairLibrary library, ulong seed)
    {
        this.library = library;
        this.seed = seed;
        order = new int[library.Sounds.Count];
    }

    /// <inheritdoc/>
    public void Fill(int step, UnitBatch batch)
    {
        using Lock.Scope alone = gate.EnterScope();
        Philox draw = SceneStream.Of(seed, StreamPurpose.Batch, step, 1);
        for (int i = 0; i < order.Length; i++) order[i] = i;
        int pixels = batch.Height * batch.Width * 3;
        for (int unit = 0; unit < batch.Units; unit++)
        {
            int place = unit % order.Length, pick = place + draw.NextInt(order.Length - place);   // a shuffle, drawn as it is used
            (order[place], order[pick]) = (order[pick], order[place]);
            LibrarySound sound = library.Sounds[order[place]];
            Philox random = SceneStream.Of(seed, StreamPurpose.TrainingScene, step, unit);
            Pyramid picture = sound.Pictures[random.NextInt(sound.Pictures.Count)];
            for (int frame = 0; frame < batch.FramesPerUnit; frame++)
                Augmentation.See(ref random, picture, batch.Height, batch.Width, batch.Frames.AsSpan((unit * batch.FramesPerUnit + frame) * pixels, pixels));
            Augmentation.Hear(ref random, sound.Samples, batch.Waveforms.AsSpan(unit * batch.Samples, batch.Samples));
        }
    }
}
