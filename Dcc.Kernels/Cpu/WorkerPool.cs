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

/// <summary>Work that needs scratch of its own: a lane is one of the threads at work, and no two have the same number.</summary>
internal interface ILaneParts
{
    /// <summary>Computes a part with the scratch of a lane; the result must depend on the part alone.</summary>
    void Part(int lane, int part);
}

/// <summary>
/// A caller publishes a job, works on it itself, and is joined by whichever workers are free. Each lane begins with its own share of the parts, the same for every job,
/// and then helps the others: from one op to the next a core thus finds its share of the data in its own cache. Workers spin for a moment after a job, since the next one
/// of a training step is microseconds away, and sleep otherwise.
/// </summary>
internal sealed class WorkerPool
{
    /// <summary>Turns of the spinning waits, under a millisecond: longer than the gap between two ops of a step, too short to cost another program its core.</summary>
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
        {
            int number = i + 1;
            new Thread(() => Work(number)) { IsBackground = true, Name = $"Dcc worker {number}" }.Start();
        }
    }

    /// <summary>Started by the first op that wants a second thread. The caller's own thread is the one more.</summary>
    public static WorkerPool Shared { get; } = new(Math.Max(0, Environment.ProcessorCount - 1));

    /// <summary>Runs parts 0..parts-1 on at most <paramref name="threads"/> threads, this one included, and returns when all are done.</summary>
    public void Run<TWork>(int parts, int threads, in TWork work) where TWork : struct, IParts => RunLanes(parts, threads, new AnyLane<TWork>(work));

    /// <summary>The same for work that wants to know its lane, 0..min(parts, threads)-1.</summary>
    public void RunLanes<TWork>(int parts, int threads, in TWork work) where TWork : struct, ILaneParts
    {
        int helpers = Math.Min(Math.Min(parts, threads) - 1, workers);
        if (helpers <= 0)
        {
            TWork own = work;
            for (int part = 0; part < parts; part++) own.Part(0, part);
            return;
        }
        Job<TWork> job = Job<TWork>.Take();
        job.Begin(parts, helpers + 1, work);
        Publish(job, helpers);
        job.Execute(0);
        lock (gate)
        {
            open.Remove(job);
            Volatile.Write(ref openCount, open.Count);
        }
        // Nobody can join any more; who has joined is finishing a last part.
        for (int spins = 0; job.Active != 0; spins++)
        {
            if (spins < Spins) Thread.SpinWait(10);
            else Thread.Yield();
        }
        ExceptionDispatchInfo? failure = job.Failure;
        job.Return();
        failure?.Throw();
    }

    private readonly struct AnyLane<TWork>(TWork work) : ILaneParts where TWork : struct, IParts
    {
        public void Part(int lane, int part) => work.Part(part);
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

    private void Work(int number)
    {
        while (true)
        {
            Job? job = null;
            int lane = 0;
            for (int spins = 0; spins < Spins && job is null; spins++)
            {
                if (Volatile.Read(ref openCount) != 0) job = Join(number, out lane);
                if (job is null) Thread.SpinWait(10);
            }
            if (job is null)
            {
                Interlocked.Increment(ref sleeping);
                // A job published before the count of sleepers rose woke nobody: look once more.
                job = Join(number, out lane);
                if (job is null) wake.Wait();
                Interlocked.Decrement(ref sleeping);
                if (job is null) continue;
            }
            job.Execute(lane);
            job.Leave();
        }
    }

    private Job? Join(int number, out int lane)
    {
        lock (gate)
        {
            foreach (Job job in open)
                if (job.TryJoin(number, out lane)) return job;
        }
        lane = 0;
        return null;
    }

    private abstract class Job
    {
        /// <summary>Counters lie this many ints apart, each on a cache line of its own.</summary>
        private const int Line = 16;

        private int[] next = [];
        private bool[] taken = [];
        private int parts, lanes, active;

        public ExceptionDispatchInfo? Failure;

        public int Active => Volatile.Read(ref active);

        private protected void Begin(int partCount, int laneCount)
        {
            if (taken.Length < laneCount)
            {
                taken = new bool[laneCount];
                next = new int[laneCount * Line];
            }
            parts = partCount;
            lanes = laneCount;
            Failure = null;
            taken.AsSpan().Clear();
            taken[0] = true;
            for (int lane = 0; lane < lanes; lane++) next[lane * Line] = First(lane);
        }

        /// <summary>Called under the pool's lock, for a job that is open. A worker gets the lane of its own number if it can.</summary>
        public bool TryJoin(int number, out int lane)
        {
            lane = number < lanes && !taken[number] ? number : Array.IndexOf(taken, false, 0, lanes);
            if (lane < 0 || !HasParts()) return false;
            taken[lane] = true;
            Interlocked.Increment(ref active);
            return true;
        }

        public void Leave() => Interlocked.Decrement(ref active);

        public abstract void Execute(int lane);

        /// <summary>The next part of the lane's own share, then of the others'; -1 when all are taken.</summary>
        private protected int Claim(int lane, ref int share)
        {
            for (; share < lanes; share++)
            {
                int owner = (lane + share) % lanes;
                if (Volatile.Read(ref next[owner * Line]) >= First(owner + 1)) continue;
                int part = Interlocked.Increment(ref next[owner * Line]) - 1;
                if (part < First(owner + 1)) return part;
            }
            return -1;
        }

        private protected void Stop()
        {
            for (int lane = 0; lane < lanes; lane++) Volatile.Write(ref next[lane * Line], parts);
        }

        private int First(int lane) => (int)((long)parts * lane / lanes);

        private bool HasParts()
        {
            for (int lane = 0; lane < lanes; lane++)
                if (Volatile.Read(ref next[lane * Line]) < First(lane + 1)) return true;
            return false;
        }
    }

    private sealed class Job<TWork> : Job where TWork : struct, ILaneParts
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

        public void Begin(int parts, int lanes, in TWork what)
        {
            work = what;
            Begin(parts, lanes);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Execute(int lane)
        {
            try
            {
                TWork own = work;
                int share = 0;
                for (int part; (part = Claim(lane, ref share)) >= 0;) own.Part(lane, part);
            }
            catch (Exception failure)
            {
                Failure ??= ExceptionDispatchInfo.Capture(failure);
                Stop();
            }
        }
    }
}
