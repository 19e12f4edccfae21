// The model's own architecture before any step, as a baseline. Read next: LocalizationTask.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Random weights of the same options. Heat maps subtract a mean audio centre, which training measures at its end: this network is given that of the first sounds it is asked about, which if anything
/// flatters it. Embeddings and assignments do not depend on it.
/// </summary>
internal sealed class UntrainedBaseline(DccModel trained, ulong seed) : IDisposable
{
    private bool measured;

    public DccModel Model { get; } = DccModel.Create(trained.Device, trained.Options, seed);

    public IReadOnlyList<UnitAnalysis> Analyze(UnitBatch batch)
    {
        Measure(batch);
        return Model.Analyze(batch);
    }

    /// <summary>Takes the mean audio centre from a batch; from the first one only.</summary>
    public void Measure(UnitBatch batch)
    {
        if (!measured) Trainer.MeasureMeanAudioCentre(Model, new OneBatch(batch), new TrainerOptions { Batch = batch.Units, Steps = 1, MeanCentreBatches = 1 });
        measured = true;
    }

    public void Dispose() => Model.Dispose();

    private sealed class OneBatch(UnitBatch source) : IUnitSource
    {
        public void Fill(int step, UnitBatch batch)
        {
            source.Frames.CopyTo(batch.Frames, 0);
            source.Waveforms.CopyTo(batch.Waveforms, 0);
        }
    }
}
