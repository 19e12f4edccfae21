// The threads under every CPU device: one per core for the whole process, so that several models side by side never ask for more threads than
// there are cores. Read next: CpuDevice.cs.
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Dcc.Kernels;

/// <summary>A piece of parallel work: a struct, so that its <see cref="Part"/> is compiled into the loop and nothing is allocated per call.</summary>
internal interface IParts
{
    /// <summary>Computes part number <paramref name="part"/>. Must depend on the number alone, never on the thread.</summary>
    void Part(int part);
}

/// <summary>
/// A caller publishes a job, works on it itself, and is joined by whichever workers are free. Workers spin for a moment after a job, since the next
/// one of a training step is microseconds away, and sleep otherwise.
/// </summary>
internal sealed class WorkerPool
{
    /// <summary>Turns of the spinning wait, about 50 microseconds: longer than the gap between two ops of a step, too short to cost another program its core.</summary>
    private const int Spins = 2000;

    private readonly Lock gate = new();
    private readonly List<Job> open = [];
    private readonly SemaphoreSlim wake = new(0);
    private readonly int workers;
    private int sleeping, openCount;

    private WorkerPool(int workers)
    {
        this.workers = workers;
        for (int i = 0; i < workers; i++)
            new Thread(Work) { IsBackground = true, Name = $"Dcc worker {i + 1}" }.Start();
    }

    /// <summary>Started by the first op that wants a second thread. The caller's own thread is the one more.</summary>
    public static WorkerPool Shared { get; } = new(Math.Max(0, Environment.ProcessorCount - 1));

    /// <summary>Runs parts 0..parts-1 on at most <paramref name="threads"/> threads, this one included, and returns when all are done.</summary>
    public void Run<TWork>(int parts, int threads, in TWork work) where TWork : struct, IParts
    {
        int helpers = Math.Min(Math.Min(parts, threads) - 1, workers);
        if (helpers <= 0)
        {
            TWork own = work;
            for (int part = 0; part < parts; part++) own.Part(part);
            return;
        }
        Job<TWork> job = Job<TWork>.Take();
        job.Begin(parts, helpers, work);
        Publish(job, helpers);
        job.Execute();
        lock (gate)
        {
            open.Remove(job);
            Volatile.Write(ref openCount, open.Count);
        }
        // Nobody can join any more; who has joined is finishing a last part.
        SpinWait wait = default;
        while (job.Active != 0) wait.SpinOnce(sleep1Threshold: -1);
        ExceptionDispatchInfo? failure = job.Failure;
        job.Return();
        failure?.Throw();
    }

    private void Publish(Job job, int helpers)
    {
        lock (gate)
        {
            open.Add(job);
            Volatile.Write(ref openCount, open.Count);
        }
        int wanted = Math.Min(helpers, Volatile.Read(ref sleeping));
        if (wanted > 0) wake.Release(wanted);
    }

    private void Work()
    {
        while (true)
        {
            Job? job = null;
            for (int spins = 0; spins < Spins && job is null; spins++)
            {
                if (Volatile.Read(ref openCount) != 0) job = Join();
                if (job is null) Thread.SpinWait(10);
            }
            if (job is null)
            {
                Interlocked.Increment(ref sleeping);
                // A job published before the count of sleepers rose woke nobody: look once more.
                job = Join();
                if (job is null) wake.Wait();
                Interlocked.Decrement(ref sleeping);
                if (job is null) continue;
            }
            job.Execute();
            job.Leave();
        }
    }

    private Job? Join()
    {
        lock (gate)
        {
            foreach (Job job in open)
                if (job.TryJoin()) return job;
        }
        return null;
    }

    private abstract class Job
    {
        private int parts, places, active;
        private protected int Next;

        public ExceptionDispatchInfo? Failure;

        public int Active => Volatile.Read(ref active);

        private protected int Parts => parts;

        private protected void Begin(int partCount, int helpers)
        {
            parts = partCount;
            places = helpers;
            Next = 0;
            Failure = null;
        }

        /// <summary>Called under the pool's lock, for a job that is open.</summary>
        public bool TryJoin()
        {
            if (places == 0 || Volatile.Read(ref Next) >= parts) return false;
            places--;
            Interlocked.Increment(ref active);
            return true;
        }

        public void Leave() => Interlocked.Decrement(ref active);

        public abstract void Execute();
    }

    private sealed class Job<TWork> : Job where TWork : struct, IParts
    {
        /// <summary>Each thread keeps one job of each kind and uses it again.</summary>
        [ThreadStatic]
        private static Job<TWork>? spare;

        private TWork work;

        public static Job<TWork> Take()
        {
            Job<TWork> job = spare ?? new Job<TWork>();
            spare = null;
            return job;
        }

        public void Return() => spare = this;

        public void Begin(int parts, int helpers, in TWork what)
        {
            work = what;
            Begin(parts, helpers);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Execute()
        {
            try
            {
                TWork own = work;
                for (int part; (part = Interlocked.Increment(ref Next) - 1) < Parts;) own.Part(part);
            }
            catch (Exception failure)
            {
                Failure ??= ExceptionDispatchInfo.Capture(failure);
                Volatile.Write(ref Next, Parts);
            }
        }
    }
}
