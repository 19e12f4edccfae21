// Training batches of composed scenes. Read next: SceneTestSet.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>What training scenes to compose.</summary>
public sealed record SceneSourceOptions
{
    /// <summary>Names the random streams.</summary>
    public ulong Seed { get; init; }

    /// <summary>Steps of the whole run; the curriculum is a share of them.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Share of the steps, at the beginning, with <see cref="SceneKind.Single"/> scenes only.</summary>
    public float SingleOnly { get; init; } = 0.2f;

    /// <summary>After that, share of <see cref="SceneKind.Both"/>.</summary>
    public float Both { get; init; } = 0.2f;

    /// <summary>After that, share of <see cref="SceneKind.OneOfTwo"/>; the rest is single.</summary>
    public float OneOfTwo { get; init; } = 0.2f;

    /// <summary>Share of batches whose units all stand on the same photograph, so that a background says nothing about its sound.</summary>
    public float SameBackground { get; init; } = 0.6f;

    /// <summary>All that is wrong, in one exception.</summary>
    public void Validate()
    {
        List<string> wrong = [];
        if (Steps < 1) wrong.Add($"Steps must be positive, is {Steps}");
        foreach ((string name, float value) in new[] { (nameof(SingleOnly), SingleOnly), (nameof(Both), Both), (nameof(OneOfTwo), OneOfTwo), (nameof(SameBackground), SameBackground) })
            if (!(value is >= 0 and <= 1)) wrong.Add($"{name} is a share from 0 to 1, is {value}");
        if (Both + OneOfTwo > 1.0001f) wrong.Add($"Both and OneOfTwo together are at most 1, are {Both + OneOfTwo}");
        if (wrong.Count > 0) throw new ArgumentException($"Scene source options: {string.Join("; ", wrong)}.");
    }
}

/// <summary>Composes the batch of any step from the seed and the step alone. Nothing but frames and waveforms leaves it.</summary>
public sealed class SceneSource : IUnitSource
{
    private readonly SampleSet samples;
    private readonly SceneSourceOptions options;
    private readonly SceneComposer composer;
    private readonly Lock gate = new();   // a cancelled trainer may ask while its loader thread is still filling
    private Box[] boxes = [];

    public SceneSource(SampleSet samples, SceneSourceOptions options)
    {
        options.Validate();
        this.samples = samples;
        this.options = options;
        composer = new SceneComposer(samples);
    }

    /// <inheritdoc/>
    public void Fill(int step, UnitBatch batch)
    {
        if (batch.Height != samples.FrameSize || batch.Width != samples.FrameSize)
            throw new ArgumentException($"SceneSource: the sample set was loaded for frames of {samples.FrameSize} x {samples.FrameSize}, the batch has {batch.Height} x {batch.Width}. Load the set for that size.");
        using Lock.Scope alone = gate.EnterScope();
        if (boxes.Length < 2 * batch.FramesPerUnit) boxes = new Box[2 * batch.FramesPerUnit];
        int pixels = batch.FramesPerUnit * batch.Height * batch.Width * 3, shared = SharedBackground(step);
        for (int unit = 0; unit < batch.Units; unit++)
        {
            (Philox random, SceneKind kind, int background) = Begin(step, unit, shared);
            composer.Compose(ref random, SceneSplit.Training, kind, background, first: -1, batch.FramesPerUnit,
                batch.Frames.AsSpan(unit * pixels, pixels), batch.Waveforms.AsSpan(unit * batch.Samples, batch.Samples), boxes);
        }
    }

    /// <summary>The scenes that <see cref="Fill"/> draws for a step, with their truth: for looking at, never for training.</summary>
    public IReadOnlyList<Scene> Scenes(int step, int units, int framesPerUnit, int soundSamples)
    {
        using Lock.Scope alone = gate.EnterScope();
        Scene[] scenes = new Scene[units];
        int shared = SharedBackground(step);
        for (int unit = 0; unit < units; unit++)
        {
            (Philox random, SceneKind kind, int background) = Begin(step, unit, shared);
            scenes[unit] = composer.Compose(ref random, SceneSplit.Training, kind, background, first: -1, framesPerUnit, soundSamples);
        }
        return scenes;
    }

    private int SharedBackground(int step)
    {
        Philox random = SceneStream.Of(options.Seed, StreamPurpose.Batch, step, 0);
        return random.NextFloat() < options.SameBackground ? samples.TrainingBackgrounds[random.NextInt(samples.TrainingBackgrounds.Count)] : -1;
    }

    private (Philox Random, SceneKind Kind, int Background) Begin(int step, int unit, int shared)
    {
        Philox random = SceneStream.Of(options.Seed, StreamPurpose.TrainingScene, step, unit);
        float draw = random.NextFloat();
        int own = samples.TrainingBackgrounds[random.NextInt(samples.TrainingBackgrounds.Count)];
        SceneKind kind = step < options.SingleOnly * options.Steps ? SceneKind.Single
            : draw < options.Both ? SceneKind.Both
            : draw < options.Both + options.OneOfTwo ? SceneKind.OneOfTwo
            : SceneKind.Single;
        return (random, kind, shared >= 0 ? shared : own);
    }
}
