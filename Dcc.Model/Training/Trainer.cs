// The training loop: a batch in, one step of the tape, one sweep of Adam. Read next: TrainingStep.cs, TrainingState.cs.
using System.Diagnostics;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>Trains a model on units of frames and sound. Same seed, same source, same device: the same bits.</summary>
public sealed class Trainer
{
    private readonly DccModel model;
    private readonly IUnitSource source;
    private readonly TrainerOptions options;
    private readonly TrainingState? resumed;

    /// <summary>With the state of a stopped run of the same model, source and options, <see cref="Run"/> goes on as if it had never stopped: the same bits.</summary>
    /// <exception cref="ModelFileException">The state is of another model or of other options.</exception>
    public Trainer(DccModel model, IUnitSource source, TrainerOptions options, TrainingState? resumed = null)
    {
        options.Validate();
        resumed?.Check(model, options);
        this.resumed = resumed;
        this.model = model;
        this.source = source;
        this.options = options;
    }

    /// <summary>
    /// Runs all steps, or until <paramref name="cancel"/> asks to stop: then the model is left as after the last whole step and a checkpoint is written if a
    /// path was given. Throws <see cref="TrainingFailedException"/> on NaN.
    /// </summary>
    public TrainingResult Run(IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        List<TrainingProgress> history = [.. resumed?.History ?? []];
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan waited = TimeSpan.Zero;
        bool cancelled = false;
        int first = resumed?.StepsDone ?? 0, step = first;
        using (model.Device.Exclusive())
        {
            using TrainingStep training = new(model, options);
            if (resumed is not null) training.Restore(resumed);
            using (BatchLoader loader = new(source, first, options.Steps - first, () => model.NewBatch(options.Batch)))
            for (; step < options.Steps; step++)
            {
                TimeSpan before = clock.Elapsed;
                UnitBatch batch;
                try
                {
                    cancel.ThrowIfCancellationRequested();
                    batch = loader.Take(cancel);
                }
                catch (OperationCanceledException)
                {
                    cancelled = true;
                    break;
                }
                waited += clock.Elapsed - before;
                float rate = LearningRate(step);
                bool reports = step % options.ReportEvery == 0 || step == options.Steps - 1;
                StepOutcome outcome = training.Run(step, batch, rate, reports);
                loader.Return(batch);
                if (reports)
                {
                    TrainingProgress now = new(step + 1, options.Steps, outcome.Loss, outcome.PairAccuracy, outcome.GradientNorm, rate,
                        options.Batch * (step + 1 - first) / clock.Elapsed.TotalSeconds, waited / clock.Elapsed, outcome.ClusterUse!);
                    history.Add(now);
                    progress?.Report(now);
                }
                if ((step + 1) % options.CheckpointEvery != 0 || step + 1 == options.Steps) continue;
                if (options.CheckpointPath is { } path) model.Save(path);
                if (options.StatePath is { } state) training.Save(step + 1, history).Write(state);
            }
            if (cancelled && step > 0 && options.StatePath is { } kept) training.Save(step, history).Write(kept);
            // The loader is closed by now: the source is asked by one thread at a time.
            training.UseAverage();
            if (step > 0) MeasureMeanAudioCentre(model, source, options);
        }
        if (options.CheckpointPath is { } final) model.Save(final);
        if (!cancelled && options.StatePath is { } spent) File.Delete(spent);
        return new TrainingResult(step, cancelled, clock.Elapsed.TotalSeconds, history);
    }

    /// <summary>
    /// Sets the model's mean audio centre, which <see cref="HeatMapKind.AgainstMean"/> subtracts: the average of the unit audio centres over the last batches of a run, the
    /// mixture that training ended with. A run does this at its end; a model that was not trained needs it for a fair comparison.
    /// </summary>
    public static void MeasureMeanAudioCentre(DccModel model, IUnitSource source, TrainerOptions options)
    {
        UnitBatch batch = model.NewBatch(options.Batch);
        double[] sum = new double[model.MeanAudioCentre.Length];
        int batches = Math.Min(options.MeanCentreBatches, options.Steps);
        for (int b = 0; b < batches; b++)
        {
            source.Fill(options.Steps - 1 - b, batch);
            float[] centres = model.UnitAudioCentres(batch);
            for (int i = 0; i < centres.Length; i++) sum[i % sum.Length] += centres[i];
        }
        model.MeanAudioCentre.CopyFrom(Array.ConvertAll(sum, value => (float)(value / ((double)batches * options.Batch))));
    }

    /// <summary>Rises over the warm-up, then falls to zero along a half cosine or stays.</summary>
    private float LearningRate(int step) =>
        options.LearningRate * Math.Min(1f, (step + 1f) / Math.Max(1, options.WarmupSteps)) * (options.CosineDecay ? 0.5f + 0.5f * MathF.Cos(MathF.PI * step / options.Steps) : 1f);
}
