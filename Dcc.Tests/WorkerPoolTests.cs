// The threads under the CPU devices: every part once, from any number of callers at once, with no allocation. Read next: ../Dcc.Kernels/Cpu/WorkerPool.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed unsafe class WorkerPoolTests
{
    private readonly struct Count(int* counts) : IParts
    {
        public void Part(int part) => Interlocked.Increment(ref counts[part]);
    }

    private readonly struct Nested(int* counts) : IParts
    {
        public void Part(int part) => WorkerPool.Shared.Run(10, 4, new Count(counts + part * 10));
    }

    private readonly struct Failing : IParts
    {
        public void Part(int part)
        {
            if (part == 7) throw new InvalidOperationException("part 7");
        }
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(3, 1)]
    [InlineData(1000, 2)]
    [InlineData(1000, 64)]
    public void Every_part_runs_once(int parts, int threads)
    {
        int[] counts = new int[1000];
        fixed (int* pointer = counts) WorkerPool.Shared.Run(parts, threads, new Count(pointer));
        Assert.All(counts[..parts], count => Assert.Equal(1, count));
        Assert.All(counts[parts..], count => Assert.Equal(0, count));
    }

    [Fact]
    public void Parts_may_run_parts_of_their_own()
    {
        int[] counts = new int[200];
        fixed (int* pointer = counts) WorkerPool.Shared.Run(20, 4, new Nested(pointer));
        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Many_callers_at_once_do_not_disturb_each_other()
    {
        Thread[] callers = new Thread[8];
        int wrong = 0;
        for (int i = 0; i < callers.Length; i++)
        {
            callers[i] = new Thread(() =>
            {
                int* counts = stackalloc int[16];
                for (int run = 1; run <= 500; run++)
                {
                    if (run == 1) new Span<int>(counts, 16).Clear();
                    WorkerPool.Shared.Run(16, 4, new Count(counts));
                    for (int part = 0; part < 16; part++)
                        if (counts[part] != run) Interlocked.Increment(ref wrong);
                }
            });
            callers[i].Start();
        }
        foreach (Thread caller in callers) caller.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_failure_reaches_the_caller_and_the_pool_lives_on()
    {
        for (int i = 0; i < 20; i++) Assert.Equal("part 7", Assert.Throws<InvalidOperationException>(() => WorkerPool.Shared.Run(50, 4, new Failing())).Message);
        Every_part_runs_once(100, 4);
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        int* counts = stackalloc int[64];
        WorkerPool.Shared.Run(64, 4, new Count(counts));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) WorkerPool.Shared.Run(64, 4, new Count(counts));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
