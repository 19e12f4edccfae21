// Training from shards: each unit once an epoch, the same batch for a step however it is asked for, bounded chunks. Read next: ../../Dcc.Data/Shards/ShardSource.cs.
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests;

public sealed class ShardSourceTests : IDisposable
{
    private const int Pairs = 23;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory, InlineData(1), InlineData(100)]
    public void A_step_holds_the_same_whatever_threads_and_what_was_asked_before(int chunkKilobytes)
    {
        Prepare();
        using ShardSource one = Open(threads: 1, chunkKilobytes), many = Open(threads: 4, chunkKilobytes);
        UnitBatch first = Batch(), second = Batch();
        List<float> sums = [];
        for (int step = 0; step < 12; step++)
        {
            one.Fill(step, first);
            many.Fill(step, second);
            Assert.Equal(first.Frames, second.Frames);
            Assert.Equal(first.Waveforms, second.Waveforms);
            Assert.All(first.Frames, value => Assert.InRange(value, 0, 255));
            sums.Add(first.Frames.Sum());
        }
        Assert.Equal(sums.Count, sums.Distinct().Count());
        // Going on at step 7, as a resumed run does, and then back, as the measurement of the mean centre does.
        using ShardSource resumed = Open(threads: 2, chunkKilobytes);
        foreach (int step in new[] { 7, 8, 11, 10, 2 })
        {
            one.Fill(step, first);
            resumed.Fill(step, second);
            Assert.Equal(first.Waveforms, second.Waveforms);
        }
    }

    [Theory]
    [InlineData(new[] { 5, 1, 9, 3, 7, 2, 4, 6, 8, 10 }, 7)]
    [InlineData(new[] { 5, 1, 9 }, 100)]
    [InlineData(new[] { 40 }, 8)]
    public void An_epoch_holds_every_unit_once_in_an_order_of_its_own(int[] counts, int chunk)
    {
        ShardOrder order = new(counts, chunk, 1);
        (int, int)[] all = [.. counts.SelectMany((count, shard) => Enumerable.Range(0, count).Select(unit => (shard, unit)))];
        (int, int)[] Epoch(int epoch) => [.. Enumerable.Range(0, order.Chunks).SelectMany(number => order.Chunk(epoch, number))];
        (int, int)[] first = Epoch(0), second = Epoch(1);
        Assert.Equal(all, first.Order());
        Assert.Equal(all, second.Order());
        Assert.NotEqual(first, second);
        Assert.NotEqual(all, first);
        Assert.Equal(first, Epoch(0));
        Assert.All(Enumerable.Range(0, order.Chunks), number => Assert.InRange(order.Chunk(0, number).Length, 1, chunk));
        Assert.NotEqual(first, Enumerable.Range(0, order.Chunks).SelectMany(number => new ShardOrder(counts, chunk, 2).Chunk(0, number)));
    }

    [Fact]
    public void A_folder_that_does_not_fit_is_refused_in_a_sentence()
    {
        Prepare();
        Assert.Contains("--rate 22050", Assert.Throws<DataException>(() => new ShardSource(folder.Path("out"), DccOptions.Simplified with { LogMel = DccOptions.Simplified.LogMel with { SampleRate = 22050 } }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("dcc prepare", Assert.Throws<DataException>(() => new ShardSource(folder.Path("none"), DccOptions.Small, 1)).Message, StringComparison.Ordinal);
        string shard = folder.Path("out/shard-000000.tar");
        byte[] bytes = File.ReadAllBytes(shard);
        File.WriteAllBytes(shard, bytes[..^512]);
        Assert.Contains("shard-000000.tar has", Assert.Throws<DataException>(() => Open(1, 1)).Message, StringComparison.Ordinal);
        // The right length, but torn inside: the unit is named.
        bytes.AsSpan(0, bytes.Length / 2).Clear();
        File.WriteAllBytes(shard, bytes);
        using ShardSource torn = Open(1, 1);
        Assert.Contains("shard-000000.tar", Assert.Throws<DataException>(() => { for (int step = 0; step < 5; step++) torn.Fill(step, Batch()); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Disturbing_moves_a_sound_and_adds_noise_within_bounds()
    {
        float[] tone = [.. Enumerable.Range(0, 800).Select(i => 0.5f * MathF.Sin(i * 0.2f))];
        int moved = 0, noisy = 0;
        for (int i = 0; i < 100; i++)
        {
            Philox random = new(1, (ulong)i);
            float[] waveform = [.. tone];
            Augmentation.Disturb(ref random, waveform);
            Assert.All(waveform, sample => Assert.InRange(sample, -0.75f, 0.75f));
            if (waveform[0] == 0 && waveform[1] == 0 || waveform[^1] == 0) moved++;
            if (waveform.Except(tone).Any(sample => sample != 0)) noisy++;
        }
        Assert.InRange(noisy, 35, 65);
        Assert.InRange(moved, 35, 65);   // of those without noise
    }

    /// <summary>Stills with sounds of different pitch, in several shards.</summary>
    private void Prepare()
    {
        Directory.CreateDirectory(folder.Path("in"));
        File.Copy(TestMedia.Sample("backgrounds/lake.jpg"), folder.Path("in/lake.jpg"));
        using (StreamWriter csv = new(folder.Path("in/pairs.csv")))
        {
            csv.WriteLine("image,sound");
            for (int i = 0; i < Pairs; i++)
            {
                WavWriter.Write(folder.Path($"in/{i}.wav"), new Sound([.. Enumerable.Range(0, 3000).Select(n => 0.3f * MathF.Sin(n * 0.05f * (i + 1)))], 16000));
                csv.WriteLine($"lake.jpg,{i}.wav");
            }
        }
        PrepareOptions options = PrepareOptions.For(TrainingTests.Tiny) with { ShardBytes = 1 << 16, FrameSize = 32 };
        using Preparation preparation = new(PrepareInputs.Find([folder.Path("in/pairs.csv")], folder.Path("out")), folder.Path("out"), options, 2);
        Assert.InRange(preparation.Run(null, CancellationToken.None).Index.Shards.Count, 2, Pairs);
    }

    private ShardSource Open(int threads, int chunkKilobytes) => new(folder.Path("out"), TrainingTests.Tiny, 5, threads, chunkKilobytes * 20_000L);

    private static UnitBatch Batch() => new(5, 2, 16, 16, TrainingTests.Tiny.SamplesPerUnit);
}
