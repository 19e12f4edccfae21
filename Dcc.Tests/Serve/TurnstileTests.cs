// One answer at a time, a few requests in waiting, and nobody waits for ever. Read next: ../../Dcc.Cli/Serve/Turnstile.cs.
using Dcc.Cli;

namespace Dcc.Tests.Serve;

public sealed class TurnstileTests
{
    [Fact]
    public async Task Work_that_takes_too_long_is_answered_for_and_keeps_its_place_until_it_ends()
    {
        Turnstile turnstile = new(new ServeLimits { AnswerTime = TimeSpan.FromMilliseconds(50) });
        using ManualResetEventSlim finished = new();
        bool started = false;
        // On a busy machine the time may be over before the work has begun: then it holds no place.
        do Assert.Equal(503, (await Assert.ThrowsAsync<Refusal>(() => turnstile.Run(_ => { started = true; finished.Wait(); return 1; }, CancellationToken.None))).Status);
        while (!Volatile.Read(ref started));
        Assert.Equal(503, (await Assert.ThrowsAsync<Refusal>(() => turnstile.Run(_ => 2, CancellationToken.None))).Status);
        finished.Set();
        await turnstile.Close(TimeSpan.FromSeconds(60));   // throws nothing and returns once the work has ended
    }

    [Fact]
    public async Task A_failure_is_handed_on_and_frees_the_place()
    {
        Turnstile turnstile = new(new ServeLimits());
        await Assert.ThrowsAsync<InvalidOperationException>(() => turnstile.Run<int>(_ => throw new InvalidOperationException(), CancellationToken.None));
        Assert.Equal(3, await turnstile.Run(_ => 3, CancellationToken.None));
    }

    [Fact]
    public void More_requests_than_the_limit_are_told_to_come_back()
    {
        Turnstile turnstile = new(new ServeLimits { Requests = 2 });
        Turnstile.Visit first = turnstile.Enter();
        turnstile.Enter();
        Assert.Equal(429, Assert.Throws<Refusal>(() => turnstile.Enter()).Status);
        first.Dispose();
        turnstile.Enter();
    }
}
