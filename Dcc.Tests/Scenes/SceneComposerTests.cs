// Scenes: exact boxes, nothing overlaps, equal loudness, no test material in training. Read next: SceneSourceTests.cs.
using Dcc.Data;
using Dcc.Kernels;

namespace Dcc.Tests.Scenes;

public sealed class SceneComposerTests
{
    private static readonly SampleSet Set = MadeUp.Set();

    private static IEnumerable<Scene> Compose(SampleSet set, SceneSplit split, SceneKind kind, int count, int frames = 1)
    {
        SceneComposer composer = new(set);
        return Enumerable.Range(0, count).Select(i => composer.Compose(split, kind, seed: 3, i, frames, MadeUp.SoundSamples));
    }

    [Fact]
    public void Boxes_are_the_pixels_that_were_pasted()
    {
        SampleSet black = MadeUp.Set(blackBackgrounds: true);
        foreach (Scene scene in Compose(black, SceneSplit.Test, SceneKind.Single, 200)) AssertExact(scene.Rgb, scene.Size, scene.Objects[0].Boxes[0]);
    }

    [Fact]
    public void Boxes_of_rotated_and_stretched_objects_are_exact_too()
    {
        SampleSet black = MadeUp.Set(blackBackgrounds: true);
        ScenePlanner planner = new(black);
        SceneDrawer drawer = new(black);
        ScenePlan plan = new();
        float[] pixels = new float[black.FrameSize * black.FrameSize * 3];
        Box[] boxes = new Box[2];
        for (int i = 0; i < 200; i++)
        {
            Philox random = SceneStream.Of(5, StreamPurpose.TrainingScene, 0, i);
            planner.Plan(ref random, SceneSplit.Training, SceneKind.Single, black.TrainingBackgrounds[0], -1, 1, 100, plan);
            plan.Objects[0].Colour = plan.FinalColour = plan.Crop.Colour = ColourShift.None;   // white stays 255, so brightness is alpha
            plan.Crop.Fog = 0;                                                                 // and black stays 0
            drawer.Draw(plan, 0, 1, pixels, boxes);
            AssertExact(Array.ConvertAll(pixels, x => (byte)x), black.FrameSize, boxes[0]);
        }
    }

    // White on black: a pixel's brightness is its alpha, rounded; so 26 may or may not have reached the limit of 26, 27 has.
    private static void AssertExact(byte[] rgb, int size, Box box)
    {
        Box surely = new(size, size, 0, 0), perhaps = surely;
        for (int i = 0; i < size * size; i++)
        {
            Box pixel = new(i % size, i / size, i % size + 1, i / size + 1);
            if (rgb[3 * i] > Stamp.VisibleAlpha) surely = surely.Union(pixel);
            if (rgb[3 * i] >= Stamp.VisibleAlpha) perhaps = perhaps.Union(pixel);
        }
        Assert.Equal(box, box.Union(surely));
        Assert.Equal(perhaps, perhaps.Union(box));
    }

    [Theory]
    [InlineData(SceneSplit.Training, 1)]
    [InlineData(SceneSplit.Test, 1)]
    [InlineData(SceneSplit.Training, 4)]
    public void Two_objects_never_overlap_and_lie_inside_the_frame(SceneSplit split, int frames)
    {
        foreach (Scene scene in Compose(Set, split, SceneKind.Both, 300, frames))
        {
            Assert.NotEqual(scene.Objects[0].Thing, scene.Objects[1].Thing);
            Assert.All(scene.Objects, o => Assert.All(o.Boxes, b => Assert.True(b is { Left: >= 0, Top: >= 0 } && b.Right <= scene.Size && b.Bottom <= scene.Size && b.Area > 0)));
            for (int f = 0; f < frames; f++) Assert.False(scene.Objects[0].Boxes[f].Overlaps(scene.Objects[1].Boxes[f]), $"{scene.Objects[0].Boxes[f]} {scene.Objects[1].Boxes[f]}");
        }
    }

    [Fact]
    public void Sizes_are_those_asked_for()
    {
        // An object that begins and ends within pixels touches up to two more than its size.
        float[] single = Longest(SceneKind.Single), two = Longest(SceneKind.OneOfTwo);
        Assert.InRange(single.Min(), 0.34f * Set.FrameSize - 1, 0.42f * Set.FrameSize);
        Assert.InRange(single.Max(), 0.60f * Set.FrameSize, 0.65f * Set.FrameSize + 2);
        Assert.InRange(two.Max(), 0.45f * Set.FrameSize, 0.50f * Set.FrameSize + 2);

        static float[] Longest(SceneKind kind) => [.. Compose(Set, SceneSplit.Test, kind, 300).SelectMany(s => s.Objects).Select(o => (float)Math.Max(o.Boxes[0].Width, o.Boxes[0].Height))];
    }

    [Fact]
    public void Frames_of_a_unit_show_the_same_things_a_little_moved()
    {
        foreach (Scene scene in Compose(Set, SceneSplit.Training, SceneKind.Single, 50, frames: 3))
        {
            Assert.Equal(3, scene.Frames);
            Assert.NotEqual(scene.Frame(0).Rgb, scene.Frame(2).Rgb);
            Box first = scene.Objects[0].Boxes[0], last = scene.Objects[0].Boxes[2];
            Assert.InRange(Math.Abs(first.Left - last.Left), 0, 0.12 * Set.FrameSize + 2);
            Assert.InRange(Math.Abs(first.Width - last.Width), 0, 2);
        }
    }

    [Fact]
    public void Training_scenes_hold_no_test_material_and_test_scenes_no_training_background()
    {
        Assert.Empty(Set.TrainingBackgrounds.Intersect(Set.TestBackgrounds));
        Assert.Equal(Set.Backgrounds.Count, Set.TrainingBackgrounds.Count + Set.TestBackgrounds.Count);
        foreach (SceneKind kind in Enum.GetValues<SceneKind>())
        {
            foreach (Scene scene in Compose(Set, SceneSplit.Training, kind, 200))
            {
                Assert.Contains(scene.Background, Set.TrainingBackgrounds);
                foreach (SceneObject o in scene.Objects)
                {
                    Assert.False(o.IsSecondView);
                    Assert.DoesNotContain("second", o.View);
                    Assert.Equal(Set.Things[o.Thing].HasHeldOutSound ? (int)(0.6 * 4 * MadeUp.Rate) : MadeUp.Rate / 2, o.SoundEnd);
                }
            }
            foreach (Scene scene in Compose(Set, SceneSplit.Test, kind, 200))
            {
                Assert.Contains(scene.Background, Set.TestBackgrounds);
                foreach (SceneObject o in scene.Objects)
                {
                    Assert.Equal(Set.Things[o.Thing].HasSecondView, o.IsSecondView);
                    Assert.Equal(Set.Things[o.Thing].HasHeldOutSound ? (int)(0.6 * 4 * MadeUp.Rate) : 0, o.SoundStart);
                }
            }
        }
    }

    [Fact]
    public void A_recording_is_split_without_a_shared_sample()
    {
        Recording recording = new("ramp", [.. Enumerable.Range(0, 40000).Select(i => (float)i)], MadeUp.Rate);
        Assert.Equal(40000, recording.Training.Samples.Length + recording.Test.Samples.Length);
        Assert.Equal(recording.Training.Samples.Length, recording.Test.Start);
        Assert.False(new Recording("short", new float[2 * MadeUp.Rate], MadeUp.Rate).IsSplit);
    }

    [Fact]
    public void Both_sounds_of_a_mixture_are_equally_loud()
    {
        foreach (Scene scene in Compose(Set, SceneSplit.Test, SceneKind.Both, 50))
        {
            Assert.Equal(SceneMixer.Loudness, SceneMixer.RootMeanSquare(scene.Waveform), 1e-4);
            double first = Amplitude(scene.Waveform, MadeUp.Frequency(scene.Objects[0].Thing)), second = Amplitude(scene.Waveform, MadeUp.Frequency(scene.Objects[1].Thing));
            Assert.InRange(first / second, 0.97, 1.03);
        }
    }

    [Fact]
    public void Only_the_sounding_one_of_two_is_heard()
    {
        foreach (Scene scene in Compose(Set, SceneSplit.Test, SceneKind.OneOfTwo, 50))
        {
            Assert.Equal([true, false], scene.Objects.Select(o => o.Sounds));
            Assert.Equal(SceneMixer.Loudness, SceneMixer.RootMeanSquare(scene.Waveform), 1e-4);
            Assert.True(Amplitude(scene.Waveform, MadeUp.Frequency(scene.Objects[1].Thing)) < 0.005);
        }
    }

    // Amplitude of one tone; 4000 samples hold whole periods of multiples of 4 Hz.
    private static double Amplitude(float[] waveform, int frequency)
    {
        double cos = 0, sin = 0;
        for (int i = 0; i < waveform.Length; i++)
        {
            cos += waveform[i] * Math.Cos(2 * Math.PI * frequency * i / MadeUp.Rate);
            sin += waveform[i] * Math.Sin(2 * Math.PI * frequency * i / MadeUp.Rate);
        }
        return 2 * Math.Sqrt(cos * cos + sin * sin) / waveform.Length;
    }

    [Fact]
    public void Training_sounds_vary_in_level_and_pitch_within_bounds()
    {
        double lowest = double.MaxValue, highest = 0;
        foreach (Scene scene in Compose(Set, SceneSplit.Training, SceneKind.Single, 100))
        {
            double level = 20 * Math.Log10(SceneMixer.RootMeanSquare(scene.Waveform) / SceneMixer.Loudness);
            (lowest, highest) = (Math.Min(lowest, level), Math.Max(highest, level));
        }
        Assert.InRange(lowest, -8, -4);
        Assert.InRange(highest, 3, 6.2);
    }

    [Fact]
    public void Loudness_of_a_window_that_goes_round_is_that_of_its_samples()
    {
        Recording.Part part = new Recording("noise", [.. Enumerable.Range(0, 1000).Select(i => MathF.Sin(i * i))], MadeUp.Rate).Training;
        float[] window = new float[3456];
        part.CopyTo(777, window);
        Assert.Equal(SceneMixer.RootMeanSquare(window), part.LoudnessOf(777, window.Length), 1e-5);
        Assert.Equal(part.Samples[777], window[0]);
        Assert.Equal(part.Samples[0], window[223]);
    }

    [Fact]
    public void A_stamp_that_cannot_be_seen_is_refused()
    {
        DataException error = Assert.Throws<DataException>(() => new Stamp(new byte[400], 10, 10, 50, "ghost.png"));
        Assert.Contains("ghost.png", error.Message);
    }
}
