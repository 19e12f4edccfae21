// Shows a training run while it goes. Read next: ../Commands/DemoCommand.cs.
using System.Diagnostics;
using System.Globalization;
using Dcc.Kernels;
using Dcc.Model;
using Spectre.Console;

namespace Dcc.Cli;

internal static class TrainingScreen
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Runs the trainer. Ctrl-C makes it stop after the step in hand and keep what it has. After the first step on a GPU, a line says what its warm-up took. <paramref name="look"/> sees every report first; what it returns is shown as a line.</summary>
    public static TrainingResult Run(Screen screen, Device device, Trainer trainer, int steps, CancellationToken cancel, Func<TrainingProgress, string?>? look = null)
    {
        if (!screen.IsLive)
        {
            IProgress<TrainingProgress> lines = PlainLines(screen.Line, device);
            return trainer.Run(new Told<TrainingProgress>(now =>
            {
                if (look?.Invoke(now) is { } said) screen.Line(said);
                lines.Report(now);
            }), cancel);
        }
        return screen.Console.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("the first step", maxValue: steps);
                return trainer.Run(new Told<TrainingProgress>(now =>
                {
                    if (look?.Invoke(now) is { } said) screen.Console.WriteLine(said);
                    if (now.Step == 1 && WarmUp.Line(device) is { } warmUp) screen.Console.WriteLine(warmUp);
                    task.Value = now.Step;
                    task.Description = Describe(now);
                }), cancel);
            });
    }

    internal static IProgress<TrainingProgress> PlainLines(Action<string> line, Device device)
    {
        Stopwatch sinceStart = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.MinValue;
        int first = -1;   // a run that goes on begins at another step
        return new Told<TrainingProgress>(now =>
        {
            if (first < 0) first = now.Step - 1;
            if (last != TimeSpan.MinValue && now.Step < now.Steps && sinceStart.Elapsed - last < Screen.LineInterval) return;
            last = sinceStart.Elapsed;
            if (now.Step == 1 && WarmUp.Line(device) is { } warmUp) line(warmUp);
            TimeSpan left = sinceStart.Elapsed * ((double)(now.Steps - now.Step) / (now.Step - first));
            line(string.Create(CultureInfo.InvariantCulture,
                $"step {now.Step} of {now.Steps}: loss {now.Loss:F4}, pair accuracy {now.PairAccuracy:F3}, {now.UnitsPerSecond:F0} units/s, {InUse(now.ClusterUse)} of {now.ClusterUse.Length} clusters in use, {now.WaitShare:P1} waiting, {Left(left)} left"));
        });
    }

    private static string Describe(TrainingProgress now) => string.Create(CultureInfo.InvariantCulture,
        $"loss [bold]{now.Loss:F4}[/]  pairs [bold]{now.PairAccuracy:F3}[/]  {now.UnitsPerSecond:F0} units/s  waiting {now.WaitShare:P1}  clusters {Sparkline(now.ClusterUse)}");

    internal static string Sparkline(float[] use)
    {
        float most = Math.Max(use.Max(), 1e-9f);
        return string.Concat(use.Select(share => Bars[Math.Clamp((int)(share / most * Bars.Length), 0, Bars.Length - 1)]));
    }

    /// <summary>Clusters with at least a quarter of an even share.</summary>
    private static int InUse(float[] use) => use.Count(share => share >= 0.25f / use.Length);

    private static string Left(TimeSpan left) => left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min" : $"{left.Minutes}:{left.Seconds:00} min";
}
