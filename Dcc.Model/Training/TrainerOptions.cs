// Every choice of a training run. Read next: Trainer.cs.
namespace Dcc.Model;

/// <summary>Which mismatched pairs of a batch the loss counts.</summary>
public enum Negatives
{
    /// <summary>Every other unit of the batch, with the sound and with the image as anchor.</summary>
    InBatch,
    /// <summary>One other unit of the batch per image, drawn at random: the released code.</summary>
    Sampled,
}

public sealed record TrainerOptions
{
    public int Steps { get; init; } = 2700;

    /// <summary>Units per step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Adam's rate after warm-up.</summary>
    public float LearningRate { get; init; } = 2e-3f;

    /// <summary>The rate falls to zero along a half cosine; false leaves it as it is.</summary>
    public bool CosineDecay { get; init; } = true;

    public int WarmupSteps { get; init; } = 50;

    /// <summary>Share of every matrix and kernel that a step of rate 1 would take away (decoupled from Adam's moments, as in AdamW).</summary>
    public float WeightDecay { get; init; } = 0.02f;

    /// <summary>Added to every gradient, times the parameter, before Adam's moments: what PyTorch's Adam calls weight_decay. Biases and normalisation are included.</summary>
    public float L2 { get; init; }

    /// <summary>Delta: by how much the true pair's summed cosine must beat a mismatched one's. For the Euclidean profile the distance beyond which mismatched pairs are left alone.</summary>
    public float Margin { get; init; } = 0.4f;

    /// <summary>The Euclidean profile's contrastive loss always draws its negatives.</summary>
    public Negatives Negatives { get; init; } = Negatives.InBatch;

    /// <summary>Longest gradient, in L2 norm over all parameters; longer ones are scaled down. 0 for none.</summary>
    public float ClipNorm { get; init; } = 5f;

    /// <summary>The saved model is a running average of the weights with this decay; 0 saves the last weights.</summary>
    public float AverageDecay { get; init; } = 0.99f;

    /// <summary>Hides a random run of bands and a random run of frames of every other training spectrogram (SpecAugment).</summary>
    public bool MaskSpectrograms { get; init; } = true;

    /// <summary>Batches from which the mean audio centre is computed at the end.</summary>
    public int MeanCentreBatches { get; init; } = 16;

    public ulong Seed { get; init; } = 1;

    /// <summary>Where checkpoints go; null writes none.</summary>
    public string? CheckpointPath { get; init; }

    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Where the state of the run goes whenever a checkpoint is written and when the run is stopped, so that it can go on; deleted when the run is done. Null writes none.</summary>
    public string? StatePath { get; init; }

    /// <summary>Steps between progress reports.</summary>
    public int ReportEvery { get; init; } = 10;

    /// <summary>The paper's recipe: Adam at a constant 1e-4, margin K, batch 64. Nothing that the paper does not have: no warm-up, decay, clipping, average or masks.</summary>
    public static TrainerOptions Paper { get; } = new()
    {
        Steps = 25_000,
        Batch = 64,
        LearningRate = 1e-4f,
        CosineDecay = false,
        WarmupSteps = 0,
        WeightDecay = 0f,
        Margin = 10f,
        ClipNorm = 0f,
        AverageDecay = 0f,
        MaskSpectrograms = false,
    };

    /// <summary>
    /// The authors' simplified code: Adam at a constant 1e-4 with an L2 of 1e-4, batches of 32 sounds, each with its own picture and one other unit's, contrastive margin 5. There the
    /// other picture comes from anywhere in the list, here from the batch. Its 100 passes over a list have no fixed number of steps; the number here is the paper's.
    /// </summary>
    public static TrainerOptions Simplified { get; } = Paper with { Batch = 32, L2 = 1e-4f, Margin = 5f, Negatives = Negatives.Sampled };

    public void Validate()
    {
        List<string> wrong = [];
        if (Steps < 1) wrong.Add($"Steps must be at least 1, is {Steps}");
        if (Batch is < 2 or > 4096) wrong.Add($"Batch must be 2..4096 (a pair needs a mismatch), is {Batch}");
        if (!(LearningRate > 0 && float.IsFinite(LearningRate))) wrong.Add($"LearningRate must be positive, is {LearningRate}");
        if (WarmupSteps < 0) wrong.Add($"WarmupSteps must not be negative, is {WarmupSteps}");
        if (!(WeightDecay >= 0 && WeightDecay < 1)) wrong.Add($"WeightDecay must be in [0, 1), is {WeightDecay}");
        if (!(Margin > 0)) wrong.Add($"Margin must be positive, is {Margin}");
        if (!(L2 >= 0 && float.IsFinite(L2))) wrong.Add($"L2 must be at least 0, is {L2}");
        if (!(ClipNorm >= 0)) wrong.Add($"ClipNorm must be positive, or 0 for none, is {ClipNorm}");
        if (!(AverageDecay >= 0 && AverageDecay < 1)) wrong.Add($"AverageDecay must be in [0, 1), is {AverageDecay}");
        if (MeanCentreBatches < 1) wrong.Add($"MeanCentreBatches must be at least 1, is {MeanCentreBatches}");
        if (CheckpointEvery < 1 || ReportEvery < 1) wrong.Add("CheckpointEvery and ReportEvery must be at least 1");
        if (wrong.Count > 0) throw new ArgumentException($"These training options cannot work: {string.Join("; ", wrong)}.");
    }
}

/// <summary>
/// What a progress report says. <paramref name="PairAccuracy"/>: share of mismatched pairs of the last batch that the true pair beats;
/// <paramref name="ClusterUse"/> [clusters]: each cluster's mean visual share; <paramref name="WaitShare"/>: share of time spent waiting for data.
/// </summary>
public sealed record TrainingProgress(
    int Step, int Steps, float Loss, float PairAccuracy, float GradientNorm, float LearningRate, double UnitsPerSecond, double WaitShare, float[] ClusterUse);

public sealed record TrainingResult(int StepsDone, bool Cancelled, double Seconds, IReadOnlyList<TrainingProgress> History);

/// <summary>Training ran into NaN or infinity; the message says where it arose and what to try.</summary>
public sealed class TrainingFailedException(string message) : Exception(message);
