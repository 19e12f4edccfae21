// What a stopped run needs to go on as if it had never stopped, in a file. Read next: Trainer.cs.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary>
/// Weights as the optimiser left them (not their average, which is in model.safetensors), Adam's moments, the running average, and the step: all random choices are named by seed and step.
/// Buffers are laid out as the model's.
/// </summary>
public sealed class TrainingState
{
    private const string Format = "dcc-training-1";

    private readonly DccOptions model;
    private readonly string options;

    internal TrainingState(int stepsDone, DccOptions model, TrainerOptions options, IReadOnlyList<TrainingProgress> history,
        float[] values, float[] state, float[] firstMoment, float[] secondMoment, float[]? averageValues, float[]? averageState)
        : this(stepsDone, model, Text(options), history, values, state, firstMoment, secondMoment, averageValues ?? [], averageState ?? []) { }

    private TrainingState(int stepsDone, DccOptions model, string options, IReadOnlyList<TrainingProgress> history,
        float[] values, float[] state, float[] firstMoment, float[] secondMoment, float[] averageValues, float[] averageState)
    {
        StepsDone = stepsDone;
        this.model = model;
        this.options = options;
        History = history;
        Values = values;
        State = state;
        FirstMoment = firstMoment;
        SecondMoment = secondMoment;
        AverageValues = averageValues;
        AverageState = averageState;
    }

    public int StepsDone { get; }

    /// <summary>Reports of the run so far.</summary>
    public IReadOnlyList<TrainingProgress> History { get; }

    internal float[] Values { get; }
    internal float[] State { get; }
    internal float[] FirstMoment { get; }
    internal float[] SecondMoment { get; }
    internal float[] AverageValues { get; }
    internal float[] AverageState { get; }

    internal void Write(string path)
    {
        Safetensors file = new();
        file.Metadata["format"] = Format;
        file.Metadata["step"] = StepsDone.ToString(CultureInfo.InvariantCulture);
        file.Metadata["model"] = DccOptionsJson.Write(model);
        file.Metadata["training"] = options;
        file.Metadata["history"] = JsonSerializer.Serialize(History, StateJson.Default.IReadOnlyListTrainingProgress);
        foreach ((string name, float[] buffer) in Buffers())
            if (buffer.Length > 0) file.Tensors.Add(name, (new TensorShape(buffer.Length), buffer));
        file.Save(path);
    }

    /// <summary>Reads a state. Throws <see cref="ModelFileException"/> with one sentence if the file is none or cannot be used.</summary>
    public static TrainingState Read(string path)
    {
        Safetensors file = Safetensors.Load(path);
        if (file.Metadata.GetValueOrDefault("format") != Format) throw new ModelFileException($"{path}: not the state of a training run (its metadata has no format {Format}). Name the folder of a run that was stopped.");
        try
        {
            return new TrainingState(int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture), DccOptionsJson.Read(file.Metadata["model"]), file.Metadata["training"],
                JsonSerializer.Deserialize(file.Metadata["history"], StateJson.Default.IReadOnlyListTrainingProgress) ?? [],
                Of("values"), Of("state"), Of("adam.first"), Of("adam.second"), Of("average.values"), Of("average.state"));
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
        {
            throw new ModelFileException($"{path}: this state of a run cannot be used ({failure.Message.Split('\n')[0].TrimEnd('.')}). Start the run anew.", failure);
        }

        float[] Of(string name) => file.Tensors.TryGetValue(name, out (TensorShape Shape, float[] Values) tensor) ? tensor.Values : [];
    }

    /// <summary>Throws <see cref="ModelFileException"/> unless a run with these options can go on from here.</summary>
    internal void Check(DccModel resumed, TrainerOptions training)
    {
        if (DccOptionsJson.Write(resumed.Options) != DccOptionsJson.Write(model)) throw Other("of another model");
        if (Text(training) != options) throw Other("of other training options, or of another version's defaults");
        if (StepsDone < 1 || StepsDone >= training.Steps) throw Other($"after step {StepsDone} of {training.Steps}");
        bool average = training.AverageDecay > 0;
        int values = resumed.Parameters.Values.Length, state = resumed.Parameters.State.Length;
        if (Values.Length != values || FirstMoment.Length != values || SecondMoment.Length != values || State.Length != state || AverageValues.Length != (average ? values : 0) || AverageState.Length != (average ? state : 0))
            throw Other("without a part of what belongs to it");
        if (!Buffers().All(each => DccModel.AllFinite(each.Buffer))) throw Other("with NaN or infinity in it");

        static ModelFileException Other(string what) => new($"The state of the run is {what}, so it cannot go on from there. Give the options that it began with, or start it anew.");
    }

    private (string Name, float[] Buffer)[] Buffers() =>
        [("values", Values), ("state", State), ("adam.first", FirstMoment), ("adam.second", SecondMoment), ("average.values", AverageValues), ("average.state", AverageState)];

    /// <summary>What the steps depend on: neither where files go nor how often something is reported.</summary>
    private static string Text(TrainerOptions options) =>
        JsonSerializer.Serialize(options with { CheckpointPath = null, StatePath = null, CheckpointEvery = 1, ReportEvery = 1 }, StateJson.Default.TrainerOptions);
}

[JsonSerializable(typeof(TrainerOptions))]
[JsonSerializable(typeof(IReadOnlyList<TrainingProgress>))]
internal sealed partial class StateJson : JsonSerializerContext;
