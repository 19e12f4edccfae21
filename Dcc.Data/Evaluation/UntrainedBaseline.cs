// The model's own architecture before any step, as a baseline. Read next: LocalizationTask.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Random weights of the same options. It is given what training gives at its end, a mean audio centre to subtract: that of the first sounds it is asked about, which if anything flatters it.
/// </summary>
internal sealed class UntrainedBaseline(DccModel trained, ulong seed) : IDisposable
{
    private readonly DccModel model = DccModel.Create(trained.Device, trained.Options, seed);
    private bool measured;

    public DccModel Model => model;

    public IReadOnlyList<UnitAnalysis> Analyze(UnitBatch batch)
    {
        if (!measured) Trainer.MeasureMeanAudioCentre(model, new OneBatch(batch), new TrainerOptions { Batch = batch.Units, Steps = 1, MeanCentreBatches = 1 });
        measured = true;
        return model.Analyze(batch);
    }

    public void Dispose() => model.Dispose();

    private sealed class OneBatch(UnitBatch source) : IUnitSource
    {
        public void Fill(int step, UnitBatch batch)
        {
            source.Frames.CopyTo(batch.Frames, 0);
            source.Waveforms.CopyTo(batch.Waveforms, 0);
        }
    }
}
