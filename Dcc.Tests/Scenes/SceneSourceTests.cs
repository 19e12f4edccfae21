// Training batches: depend on seed and step alone, follow the curriculum, allocate nothing. Read next: SceneEvaluationTests.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Scenes;

public sealed class SceneSourceTests
{
    private static readonly SampleSet Set = MadeUp.Set();

    private static UnitBatch Batch(int frames = 1) => new(8, frames, MadeUp.FrameSize, MadeUp.FrameSize, MadeUp.SoundSamples);

    private static SceneSource Source(ulong seed = 1, int steps = 10) => new(Set, new SceneSourceOptions { Seed = seed, Steps = steps });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_step_has_the_same_bytes_whatever_was_filled_before(int frames)
    {
        UnitBatch first = Batch(frames), second = Batch(frames);
        SceneSource used = Source();
        foreach (int step in new[] { 0, 9, 3, 5, 7 }) used.Fill(step, first);
        Source().Fill(7, second);
        Assert.Equal(second.Frames, first.Frames);
        Assert.Equal(second.Waveforms, first.Waveforms);
    }

    [Fact]
    public void Other_steps_and_seeds_have_other_bytes()
    {
        UnitBatch a = Batch(), b = Batch(), c = Batch();
        Source().Fill(7, a);
        Source().Fill(8, b);
        Source(seed: 2).Fill(7, c);
        Assert.NotEqual(a.Frames, b.Frames);
        Assert.NotEqual(a.Frames, c.Frames);
        Assert.NotEqual(a.Waveforms, c.Waveforms);
    }

    [Fact]
    public void Scenes_to_look_at_are_the_scenes_trained_on()
    {
        UnitBatch batch = Batch(frames: 2);
        Source().Fill(6, batch);
        UnitBatch seen = SceneTestSet.Batch(Source().Scenes(6, batch.Units, 2, MadeUp.SoundSamples));
        Assert.Equal(batch.Frames, seen.Frames);
        Assert.Equal(batch.Waveforms, seen.Waveforms);
    }

    [Fact]
    public void Values_are_whole_numbers_from_0_to_255()
    {
        UnitBatch batch = Batch();
        Source().Fill(7, batch);
        Assert.All(batch.Frames, x => Assert.True(x is >= 0 and <= 255 && x == MathF.Floor(x)));
        Assert.All(batch.Waveforms, x => Assert.True(float.IsFinite(x)));
    }

    [Fact]
    public void The_curriculum_begins_with_single_scenes_and_then_mixes_kinds()
    {
        SceneSource source = Source(steps: 100);
        Assert.All(Enumerable.Range(0, 20).SelectMany(step => source.Scenes(step, 4, 1, 100)), s => Assert.Equal(SceneKind.Single, s.Kind));
        Scene[] later = [.. Enumerable.Range(20, 80).SelectMany(step => source.Scenes(step, 10, 1, 100))];
        Assert.InRange(later.Count(s => s.Kind == SceneKind.Both), 120, 200);
        Assert.InRange(later.Count(s => s.Kind == SceneKind.OneOfTwo), 120, 200);
    }

    [Fact]
    public void A_share_of_the_batches_stands_on_one_photograph()
    {
        SceneSource source = Source(steps: 100);
        int shared = Enumerable.Range(0, 100).Count(step => source.Scenes(step, 6, 1, 100).Select(s => s.Background).Distinct().Count() == 1);
        Assert.InRange(shared, 45, 75);
    }

    [Fact]
    public void Filling_allocates_nothing()
    {
        UnitBatch batch = Batch();
        SceneSource source = Source();
        for (int step = 0; step < 10; step++) source.Fill(step, batch);   // scratch grows to the fastest speed met
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < 10; step++) source.Fill(step, batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_batch_of_another_size_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Source().Fill(0, new UnitBatch(1, 1, 48, 48, 100)));
        Assert.Contains("32 x 32", error.Message);
        Assert.Contains("48 x 48", error.Message);
    }

    [Fact]
    public void All_that_is_wrong_with_the_options_is_said_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new SceneSourceOptions { Steps = 0, Both = 0.7f, OneOfTwo = 0.7f }.Validate());
        Assert.Contains("Steps", error.Message);
        Assert.Contains("together", error.Message);
    }
}
