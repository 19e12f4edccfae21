// Seconds that threads need for a task each, started together. Read next: FmaPeak.cs.
using System.Diagnostics;

namespace Dcc.Bench.Measuring;

internal static class ParallelTime
{
    /// <summary>The shortest of some tries, each the time from a common start to the last thread's end; one untimed try comes first.</summary>
    public static double Best(int threads, int tries, Action<int> task)
    {
        double best = double.MaxValue;
        for (int attempt = 0; attempt <= tries; attempt++)
        {
            long begin = 0;
            using Barrier start = new(threads, _ => begin = Stopwatch.GetTimestamp());
            Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(index => new Thread(() => Work(index)))];
            foreach (Thread other in others) other.Start();
            Work(0);
            foreach (Thread other in others) other.Join();
            double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (attempt > 0) best = Math.Min(best, seconds);

            void Work(int index)
            {
                start.SignalAndWait();
                task(index);
            }
        }
        return best;
    }
}
