// Composes scenes one at a time, with their truth. Read next: SceneSource.cs, SceneTestSet.cs.
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>Pastes one or two things on a background and mixes their sounds. Scenes depend on the arguments alone. Not for two threads at once.</summary>
public sealed class SceneComposer
{
    private readonly SampleSet samples;
    private readonly ScenePlanner planner;
    private readonly SceneDrawer drawer;
    private readonly SceneMixer mixer = new();
    private readonly ScenePlan plan = new();

    public SceneComposer(SampleSet samples)
    {
        this.samples = samples;
        planner = new ScenePlanner(samples);
        drawer = new SceneDrawer(samples);
    }

    /// <summary>Composes scene number <paramref name="index"/> of a kind.</summary>
    public Scene Compose(SceneSplit split, SceneKind kind, ulong seed, int index, int frames, int soundSamples)
    {
        Philox random = SceneStream.Of(seed, split == SceneSplit.Training ? StreamPurpose.TrainingScene : StreamPurpose.TestScene, (int)kind, index);
        return Compose(ref random, split, kind, first: -1, frames, soundSamples);
    }

    internal Scene Compose(ref Philox random, SceneSplit split, SceneKind kind, int first, int frames, int soundSamples)
    {
        IReadOnlyList<int> backgrounds = samples.BackgroundsOf(split);
        return Compose(ref random, split, kind, backgrounds[random.NextInt(backgrounds.Count)], first, frames, soundSamples);
    }

    internal Scene Compose(ref Philox random, SceneSplit split, SceneKind kind, int background, int first, int frames, int soundSamples)
    {
        int frameLength = samples.FrameSize * samples.FrameSize * 3;
        float[] pixels = new float[checked(frames * frameLength)], waveform = new float[soundSamples];
        Box[] boxes = new Box[frames * 2];
        Compose(ref random, split, kind, background, first, frames, pixels, waveform, boxes);
        SceneObject[] objects = new SceneObject[plan.Count];
        for (int i = 0; i < objects.Length; i++)
        {
            ObjectPlan o = plan.Objects[i];
            Recording.Part heard = samples.Things[o.Thing].Sound(split);
            objects[i] = new SceneObject(o.Thing, o.Stamp.Name, o.IsSecondView, plan.Sounds(i), heard.Start, heard.Start + heard.Samples.Length,
                [.. Enumerable.Range(0, frames).Select(f => boxes[f * 2 + i])]);
        }
        return new Scene(kind, background, objects, samples.FrameSize, Array.ConvertAll(pixels, x => (byte)x), waveform);
    }

    /// <summary>The same without the truth and without allocation. <paramref name="boxes"/> is [frames, 2].</summary>
    internal void Compose(ref Philox random, SceneSplit split, SceneKind kind, int background, int first, int frames, Span<float> pixels, Span<float> waveform, Span<Box> boxes)
    {
        planner.Plan(ref random, split, kind, background, first, frames, waveform.Length, plan);
        int frameLength = pixels.Length / frames;
        for (int f = 0; f < frames; f++) drawer.Draw(plan, f, frames, pixels.Slice(f * frameLength, frameLength), boxes.Slice(2 * f, 2));
        mixer.Mix(plan, waveform);
    }
}
