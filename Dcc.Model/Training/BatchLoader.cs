// Fills batches on a background thread while the trainer computes, in order, with a bounded number in flight. Read next: Trainer.cs.
using System.Collections.Concurrent;

namespace Dcc.Model;

/// <summary>The batches come in the order of their steps and hold the same bytes however fast either side runs. Batches are recycled.</summary>
internal sealed class BatchLoader : IDisposable
{
    private const int InFlight = 4;

    private readonly BlockingCollection<UnitBatch> empty = [];
    private readonly BlockingCollection<UnitBatch> full = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Thread thread;
    private Exception? failure;

    public BatchLoader(IUnitSource source, int firstStep, int steps, Func<UnitBatch> makeBatch)
    {
        for (int i = 0; i < InFlight; i++) empty.Add(makeBatch());
        thread = new Thread(() => Fill(source, firstStep, steps)) { IsBackground = true, Name = "batch loader" };
        thread.Start();
    }

    /// <summary>The next batch; give it back with <see cref="Return"/>. Throws what the source threw.</summary>
    public UnitBatch Take(CancellationToken cancel)
    {
        try { return full.Take(cancel); }
        catch (InvalidOperationException) when (failure is not null) { throw new InvalidOperationException($"The data source failed: {failure.Message}", failure); }
    }

    public void Return(UnitBatch batch) => empty.Add(batch);

    private void Fill(IUnitSource source, int firstStep, int steps)
    {
        try
        {
            for (int step = firstStep; step < firstStep + steps; step++)
            {
                UnitBatch batch = empty.Take(stop.Token);
                source.Fill(step, batch);
                full.Add(batch);
            }
        }
        catch (OperationCanceledException) { }
        catch (Exception thrown) { failure = thrown; }
        finally { full.CompleteAdding(); }
    }

    public void Dispose()
    {
        stop.Cancel();
        thread.Join();
        stop.Dispose();
        empty.Dispose();
        full.Dispose();
    }
}
