// The presets of `dcc train` and the switches that change one choice of them. Where each default comes from: docs/paper-and-code.md. Read next: TrainCommand.cs.
using System.CommandLine;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class TrainRecipe
{
    private readonly Option<string> preset = CommonOptions.Choice("--preset",
        "small trains on two cores in minutes; paper is VGG16 and VGGish at full size, paper-pooled the same with their last pools, simplified the authors' later code with two ResNet-18: these want a graphics card.", "small",
        new[] { "small", "paper", "paper-pooled", "simplified" }.ToDictionary(name => name));
    private readonly Option<int> steps = CommonOptions.Whole("--steps", "Training steps; the preset's number if not given.", least: 1);
    private readonly Option<int> batch = CommonOptions.Whole("--batch", "Units of a step; the preset's number if not given, fewer if there are not as many sounds.", least: 2);
    private readonly Option<int> framesPerUnit = CommonOptions.Whole("--frames-per-unit", "Frames of one unit, whose vectors are clustered together; 1 if not given.", least: 1);
    private readonly Option<int> clusters = CommonOptions.Whole("--clusters", "K: clusters, of a picture alone in the simplified preset.", least: 1);
    private readonly Option<int> audioClusters = CommonOptions.Whole("--audio-clusters", "Clusters of a sound, simplified preset only.", least: 1);
    private readonly Option<int> dims = CommonOptions.Whole("--dims", "d: dimensions of a shared space.", least: 1);
    private readonly Option<int> rounds = CommonOptions.Whole("--rounds", "T: rounds of assignment and update.", least: 1);
    private readonly Option<float?> sharpness = CommonOptions.Positive("--sharpness", "z: how sharply assignments follow agreement.");
    private readonly Option<string?> squash = CommonOptions.OnOff("--squash", "Whether feature vectors are brought to nearly unit length before they are projected.");
    private readonly Option<string?> shared = CommonOptions.OnOff("--shared-projections", "off gives each modality its own projections, to see what sharing is worth.");
    private readonly Option<float?> margin = CommonOptions.Positive("--margin", "By how much a true pair must win; with the paper's presets K if not given.");
    private readonly Option<Negatives?> negatives = CommonOptions.Choice<Negatives?>("--negatives", "Mismatched pairs that the loss counts: all of a batch, or one drawn for each unit.", null,
        new Dictionary<string, Negatives?> { ["in-batch"] = Negatives.InBatch, ["sampled"] = Negatives.Sampled });
    private readonly Option<float?> learningRate = CommonOptions.Positive("--learning-rate", "Adam's rate after warm-up.");

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { preset, steps, batch, learningRate, framesPerUnit, clusters, audioClusters, dims, rounds, sharpness, squash, shared, margin, negatives }) command.Options.Add(option);
    }

    /// <summary>The preset with what was given in its place. Throws <see cref="CliException"/> for a switch that the preset has no use for and for numbers that cannot work.</summary>
    public (DccOptions Model, TrainerOptions Training) Read(ParseResult arguments)
    {
        string name = arguments.GetValue(preset)!;
        (DccOptions model, TrainerOptions training) = name switch
        {
            "paper" => (DccOptions.Paper, TrainerOptions.Paper),
            "paper-pooled" => (DccOptions.PaperPooled, TrainerOptions.Paper),
            "simplified" => (DccOptions.Simplified, TrainerOptions.Simplified),
            _ => (DccOptions.Small, new TrainerOptions()),
        };
        bool euclidean = model.Profile == ClusteringProfile.Euclidean;
        foreach (Option useless in euclidean ? new Option[] { dims, squash, shared } : [audioClusters])
            if (Given(useless)) throw new CliException($"{useless.Name} has no meaning with --preset {name}, which {(euclidean ? "clusters features as they are, without projections" : "has one number of clusters for both modalities")}. Leave it out.");
        if (euclidean && arguments.GetValue(negatives) == Negatives.InBatch)
            throw new CliException($"--negatives in-batch has no meaning with --preset {name}: its contrastive loss takes one mismatched picture for each sound. Leave it out.");

        model = model with
        {
            FramesPerUnit = Whole(framesPerUnit, model.FramesPerUnit),
            Clusters = Whole(clusters, model.Clusters),
            AudioClusters = Whole(audioClusters, model.AudioClusters),
            Dims = Whole(dims, model.Dims),
            Rounds = Whole(rounds, model.Rounds),
            Sharpness = arguments.GetValue(sharpness) ?? model.Sharpness,
            SquashFeatures = On(squash, model.SquashFeatures),
            SharedProjections = On(shared, model.SharedProjections),
        };
        training = training with
        {
            Steps = Whole(steps, training.Steps),
            Batch = Whole(batch, training.Batch),
            LearningRate = arguments.GetValue(learningRate) ?? training.LearningRate,
            // The released code's margin is K, whatever K is.
            Margin = arguments.GetValue(margin) ?? (name is "paper" or "paper-pooled" ? model.Clusters : training.Margin),
            Negatives = arguments.GetValue(negatives) ?? training.Negatives,
        };
        try
        {
            model.Validate();
            training.Validate();
        }
        catch (ArgumentException wrong) { throw new CliException(wrong.Message, wrong); }
        return (model, training);

        bool Given(Option option) => arguments.GetResult(option) is { Implicit: false };

        bool On(Option<string?> option, bool usual) => arguments.GetValue(option) is { } given ? given == "on" : usual;

        int Whole(Option<int> option, int usual) => arguments.GetValue(option) is > 0 and int given ? given : usual;
    }
}
