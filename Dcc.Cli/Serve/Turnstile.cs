// Lets a few requests in and answers one at a time. Read next: ServeLimits.cs.
namespace Dcc.Cli;

internal sealed class Turnstile(ServeLimits limits)
{
    private readonly SemaphoreSlim working = new(1);
    private int inside;

    /// <summary>Counts a request in; disposing counts it out.</summary>
    public Visit Enter()
    {
        if (Interlocked.Increment(ref inside) <= limits.Requests) return new Visit(this);
        Interlocked.Decrement(ref inside);
        throw limits.TooManyRequests();
    }

    /// <summary>Runs the work on a thread of the pool when its turn comes. Work that takes too long is answered for and ends by itself: nobody else's turn comes before that.</summary>
    public async Task<T> Run<T>(Func<CancellationToken, T> work, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(limits.AnswerTime);
        try
        {
            await working.WaitAsync(limit.Token);
            Task<T> running = Task.Run(() => work(limit.Token), CancellationToken.None);
            _ = running.ContinueWith(_ => working.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            return await running.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw limits.TooSlowAnswer(); }
    }

    /// <summary>Waits for the answer in hand, for so long; nobody's turn comes after it.</summary>
    public Task Close(TimeSpan patience) => working.WaitAsync(patience);

    internal readonly struct Visit(Turnstile turnstile) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref turnstile.inside);
    }
}
