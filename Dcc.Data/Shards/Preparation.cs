// Runs `dcc prepare`: several inputs at a time into part files, these in order into shards. Read next: InputReader.cs, ShardWriter.cs, ../../docs/videos.md.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.ExceptionServices;

namespace Dcc.Data;

/// <summary>What a run did. Files and Units are what was read in this run, not what an earlier one had read before it was stopped; the index has all.</summary>
public sealed record PreparationResult(ShardIndex Index, int Files, int Units, double Seconds, bool NothingToDo, IReadOnlyList<string> Changed);

/// <summary>
/// Order decides what the shards hold, not speed: the same inputs and options give the same bytes whatever the number of jobs, and a run that was stopped goes on to the same shards.
/// </summary>
public sealed class Preparation : IDisposable
{
    private readonly string folder, partFolder;
    private readonly PrepareOptions options;
    private readonly int jobs;
    private readonly FileStream alone;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim progressed = new(0);
    private readonly List<InputEntry> inputs;
    private readonly List<ShardEntry> shards;
    private readonly List<string> changed = [];
    private Exception? failure;
    private int next, done, files, units;

    /// <summary>
    /// Opens the folder, makes it if need be. What is finished in it stays. Throws <see cref="DataException"/> if it was prepared with other options, holds shards of another program, or is in use.
    /// </summary>
    public Preparation(IReadOnlyList<InputEntry> inputs, string folder, PrepareOptions options, int jobs)
    {
        options.Validate();
        if (jobs < 1) throw new ArgumentException($"At least one job is needed, got {jobs}.");
        this.folder = folder;
        this.options = options;
        this.jobs = jobs;
        partFolder = Path.Combine(folder, "parts");
        Directory.CreateDirectory(folder);
        try { alone = new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose); }
        catch (IOException busy) { throw new DataException($"{folder} is being prepared by another run: wait for it, or choose another folder.", busy); }
        try
        {
            ShardIndex index = ShardIndex.IsIn(folder) ? ShardIndex.Load(folder) : Fresh();
            if (index.Settings != options) throw Different(index.Settings);
            this.inputs = [.. index.Inputs];
            shards = [.. index.Shards];
            Merge(inputs);
        }
        catch
        {
            alone.Dispose();
            throw;
        }
    }

    /// <summary>Does what is left to do. Progress is the share of inputs that are done. Cancelling keeps what is finished; the same call goes on.</summary>
    public PreparationResult Run(IProgress<double>? progress, CancellationToken cancel)
    {
        Stopwatch clock = Stopwatch.StartNew();
        int[] waiting = [.. Enumerable.Range(0, inputs.Count).Where(i => inputs[i].State == InputState.Waiting)];
        if (waiting.Length == 0 && Current.Complete) return new PreparationResult(Current, 0, 0, 0, NothingToDo: true, changed);
        if (waiting.Any(i => !(inputs[i].Sound ?? "").EndsWith(".wav", StringComparison.OrdinalIgnoreCase))) Ffmpeg.Require("Preparing videos, and sounds that are no WAV files,");
        Directory.CreateDirectory(partFolder);
        foreach (string torn in Directory.EnumerateFiles(partFolder, "*.part").Concat(Directory.EnumerateFiles(folder, "*.part"))) File.Delete(torn);
        Current.Save(folder);

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(jobs, waiting.Length)).Select(i => new Thread(() => Work(waiting, stop)) { IsBackground = true, Name = $"prepare {i}" })];
        foreach (Thread worker in workers) worker.Start();
        try { Assemble(waiting, progress, stop.Token); }
        catch (OperationCanceledException) when (failure is not null) { }
        finally
        {
            stop.Cancel();
            foreach (Thread worker in workers) worker.Join();
        }
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        Directory.Delete(partFolder, recursive: true);
        return new PreparationResult(Current, files, units, clock.Elapsed.TotalSeconds, NothingToDo: false, changed);
    }

    private ShardIndex Current => new()
    {
        Settings = options, Shards = [.. shards], Inputs = [.. inputs], Units = shards.Sum(shard => shard.Units), Bytes = shards.Sum(shard => shard.Bytes),
        Complete = inputs.TrueForAll(input => input.State != InputState.Waiting),
    };

    private ShardIndex Fresh() => Directory.EnumerateFiles(folder, "shard-*.tar").Any()
        ? throw new DataException($"{folder} holds shards but no {ShardIndex.FileName}: choose another folder, or delete what is there.")
        : new ShardIndex { Settings = options };

    /// <summary>What the folder knows comes first and in its order, then what is new.</summary>
    private void Merge(IReadOnlyList<InputEntry> named)
    {
        Dictionary<(string, string?), InputEntry> known = inputs.ToDictionary(input => input.Key);
        foreach (InputEntry input in named)
            if (!known.TryGetValue(input.Key, out InputEntry? entry)) inputs.Add(input);
            else if (entry.State == InputState.Prepared && File.Exists(entry.Path) && InputReader.Modified(entry) != entry.Modified) changed.Add(entry.Source);
    }

    private DataException Different(PrepareOptions before)
    {
        (string Name, object Was, object Is)[] settings =
        [
            ("--seconds", before.Seconds, options.Seconds), ("--stride", before.Stride, options.Stride), ("--frames", before.Frames, options.Frames), ("--frame-size", before.FrameSize, options.FrameSize),
            ("--format", before.Format, options.Format), ("--rate", before.Rate, options.Rate), ("--shard-size", before.ShardBytes, options.ShardBytes),
        ];
        string[] others = [.. settings.Where(each => !each.Was.Equals(each.Is)).Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} was {each.Was} and is {each.Is}"))];
        return new DataException($"{folder} was prepared with other settings ({string.Join(", ", others)}): give the same, or choose another folder.");
    }

    private string PartOf(int input) => Path.Combine(partFolder, string.Create(CultureInfo.InvariantCulture, $"{input:D6}.tar"));

    private void Work(int[] waiting, CancellationTokenSource stop)
    {
        InputReader reader = new(options, stop.Token);
        try
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) - 1 is int turn && turn < waiting.Length)
            {
                int input = waiting[turn];
                if (PartFile.Result(PartOf(input)) is null)
                {
                    InputEntry read = reader.Read(inputs[input] with { Units = 0 }, input, PartOf(input));
                    Interlocked.Increment(ref files);
                    Interlocked.Add(ref units, read.Units);
                }
                Interlocked.Increment(ref done);
                progressed.Release();
            }
        }
        catch (OperationCanceledException) { }
        catch (Exception thrown)
        {
            lock (gate) failure ??= thrown;
            stop.Cancel();
        }
    }

    /// <summary>Takes the parts in the order of the inputs as they come. An input is done when its last unit is in a finished shard.</summary>
    private void Assemble(int[] waiting, IProgress<double>? progress, CancellationToken cancel)
    {
        using ShardWriter writer = new(folder, shards.Count, options.ShardBytes);
        List<(int Input, InputEntry Result)> whole = [];   // their units are all in the shard in hand, or there are none
        List<int> spent = [];
        for (int turn = 0; turn < waiting.Length; turn++)
        {
            int input = waiting[turn], unit = 0, skip = inputs[input].Units;
            InputEntry? result;
            while ((result = PartFile.Result(PartOf(input))) is null)
            {
                progressed.Wait(cancel);
                progress?.Report((double)Volatile.Read(ref done) / waiting.Length);
            }
            foreach (IReadOnlyList<(string, byte[])> members in PartFile.Units(PartOf(input)))
            {
                if (unit++ < skip) continue;
                cancel.ThrowIfCancellationRequested();
                writer.Add(members);
                if (!writer.IsFull) continue;
                if (unit == result.Units) whole.Add((input, result));
                else inputs[input] = inputs[input] with { Units = unit };
                Close();
            }
            if (inputs[input].State == InputState.Waiting) whole.Add((input, result));
            foreach (int taken in spent) File.Delete(PartOf(taken));   // not while one is open
            spent.Clear();
        }
        if (writer.IsOpen || whole.Count > 0) Close();

        void Close()
        {
            if (writer.IsOpen) shards.Add(writer.Finish());
            foreach ((int taken, InputEntry its) in whole) inputs[taken] = its;
            Current.Save(folder);
            spent.AddRange(whole.Select(each => each.Input));
            whole.Clear();
        }
    }

    public void Dispose()
    {
        alone.Dispose();
        progressed.Dispose();
    }
}
