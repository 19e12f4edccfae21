// One training step, from a batch on the host to changed parameters. Read next: ../Networks/Clustering.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Model;

/// <summary><paramref name="ClusterUse"/> is read back only when asked for.</summary>
internal readonly record struct StepOutcome(float Loss, float PairAccuracy, float GradientNorm, float[]? ClusterUse);

/// <summary>Owns what persists between steps: Adam's moments and the running average of the weights. Allocates nothing after its first step.</summary>
internal sealed class TrainingStep : IDisposable
{
    private readonly DccModel model;
    private readonly TrainerOptions options;
    private readonly Adam adam;
    private readonly DeviceBuffer<float>? averageValues, averageState;
    /// <summary>Loss, pair accuracy and gradient norm side by side, so that the host waits for the device once a step.</summary>
    private readonly DeviceBuffer<float> figures, lossFigure, accuracyFigure, normFigure;
    private readonly float[] mask;

    public TrainingStep(DccModel model, TrainerOptions options)
    {
        this.model = model;
        this.options = options;
        model.Parameters.Changed(); // what inference has kept is of no use any more, and its memory is wanted
        adam = new Adam(model.Parameters, new AdamOptions(options.LearningRate, WeightDecay: options.L2, DecoupledDecay: options.WeightDecay));
        mask = new float[options.Batch * model.Options.SpectrogramFrames * model.Options.LogMel.Bands];
        figures = model.Device.Rent<float>(3);
        (lossFigure, accuracyFigure, normFigure) = (figures.Slice(0, 1), figures.Slice(1, 1), figures.Slice(2, 1));
        if (options.AverageDecay == 0f) return;
        averageValues = Copy(model.Parameters.Values);
        averageState = Copy(model.Parameters.State);
    }

    public StepOutcome Run(int step, UnitBatch batch, float learningRate, bool reports)
    {
        using Tape tape = model.Device.BeginStep();
        (Clustered seen, Tensor loss, Tensor accuracy) = Forward(step, batch, tape);
        Gradients written = tape.Backward(loss);
        model.Parameters.ClearGradients(except: written);
        adam.Clip(options.ClipNorm > 0 ? options.ClipNorm : float.MaxValue, normFigure); // the norm is measured either way: it finds a NaN
        model.Device.Axpby(1f, loss.Buffer, 0f, lossFigure);
        model.Device.Axpby(1f, accuracy.Buffer, 0f, accuracyFigure);
        Span<float> read = stackalloc float[3];
        figures.CopyTo(read); // before the weights change: a NaN must not reach them
        (float value, float won, float norm) = (read[0], read[1], read[2]);
        if (!float.IsFinite(value) || !float.IsFinite(norm)) throw Failure(step, batch, value);
        // The average forgets its random start quickly: its decay grows from 0.1 to the option.
        float decay = Math.Min(options.AverageDecay, (1f + step) / (10f + step));
        adam.Step(learningRate, averageValues, decay);
        if (averageState is not null) model.Device.Axpby(1f - decay, model.Parameters.State, decay, averageState);
        return new StepOutcome(value, won, norm, reports ? ClusterUse(seen) : null);
    }

    private (Clustered Seen, Tensor Loss, Tensor Accuracy) Forward(int step, UnitBatch batch, Tape tape)
    {
        Device device = model.Device;
        Tensor frames = Tensor.From(device, new TensorShape(batch.Units * batch.FramesPerUnit, batch.Height, batch.Width, 3), batch.Frames);
        Tensor spectrogram = model.Spectrogram(Tensor.From(device, new TensorShape(batch.Units, batch.Samples), batch.Waveforms));
        if (options.MaskSpectrograms)
        {
            Tensor whole = spectrogram, ones = Tensor.From(device, spectrogram.Shape, Mask(step, batch.Units));
            spectrogram = Op.Multiply(whole, ones);
            whole.Drop();
            ones.Drop();
        }

        Clustered seen = model.See(frames, batch.Units, training: true), heard = model.Hear(spectrogram, training: true);
        Tensor pairs = model.Compare(heard, seen);
        (Tensor loss, Tensor accuracy) = Loss(step, pairs, tape);
        return (seen, loss, accuracy);
    }

    private (Tensor Loss, Tensor Accuracy) Loss(int step, Tensor pairs, Tape tape)
    {
        int units = pairs.Shape[0];
        DeviceBuffer<int>? negatives = options.Negatives == Negatives.Sampled || model.Options.Profile == ClusteringProfile.Euclidean ? tape.Indices(DrawNegatives(step, units)) : null;
        if (model.Options.Profile == ClusteringProfile.Euclidean) return Op.Contrastive(pairs, negatives!, options.Margin);
        return negatives is not null ? Op.MaxMarginSampled(pairs, negatives, options.Margin) : Op.MaxMargin(pairs, options.Margin);
    }

    /// <summary>For unit i the unit (i + r) mod units, r uniform in 1..units-1: the released code's rule.</summary>
    private int[] DrawNegatives(int step, int units)
    {
        Philox random = new(options.Seed, (ulong)step << 8 | 1);
        int[] negatives = new int[units];
        for (int i = 0; i < units; i++) negatives[i] = (i + 1 + random.NextInt(units - 1)) % units;
        return negatives;
    }

    /// <summary>Ones, with zeros over up to 8 bands and up to 16 frames, each with probability 1/2. Zero is the mean of a standardised spectrogram.</summary>
    private ReadOnlySpan<float> Mask(int step, int units)
    {
        Philox random = new(options.Seed, (ulong)step << 8 | 2);
        int frames = model.Options.SpectrogramFrames, bands = model.Options.LogMel.Bands;
        Array.Fill(mask, 1f);
        for (int u = 0; u < units; u++)
        {
            Span<float> one = mask.AsSpan(u * frames * bands, frames * bands);
            if (random.NextFloat() < 0.5f)
            {
                int width = 1 + random.NextInt(Math.Min(8, bands - 1)), first = random.NextInt(bands - width);
                for (int f = 0; f < frames; f++) one.Slice(f * bands + first, width).Clear();
            }
            if (random.NextFloat() < 0.5f)
            {
                int width = 1 + random.NextInt(Math.Min(16, frames - 1)), first = random.NextInt(frames - width);
                one.Slice(first * bands, width * bands).Clear();
            }
        }
        return mask.AsSpan(0, units * frames * bands);
    }

    /// <summary>Everything that the next step depends on, but for the options.</summary>
    public TrainingState Save(int stepsDone, IReadOnlyList<TrainingProgress> history)
    {
        (int _, float[] first, float[] second) = adam.Save();
        return new TrainingState(stepsDone, model.Options, options, history, model.Parameters.Values.ToArray(), model.Parameters.State.ToArray(), first, second, averageValues?.ToArray(), averageState?.ToArray());
    }

    /// <summary>Goes on from a state of a run with the same options, which <see cref="TrainingState.Check"/> has made sure of.</summary>
    public void Restore(TrainingState state)
    {
        model.Parameters.Changed();
        model.Parameters.Values.CopyFrom(state.Values);
        model.Parameters.State.CopyFrom(state.State);
        adam.Restore(state.StepsDone, state.FirstMoment, state.SecondMoment);
        averageValues?.CopyFrom(state.AverageValues);
        averageState?.CopyFrom(state.AverageState);
    }

    /// <summary>Puts the averaged weights into the model, at the end of a run.</summary>
    public void UseAverage()
    {
        if (averageValues is null) return;
        model.Parameters.Changed();
        model.Device.Axpby(1f, averageValues, 0f, model.Parameters.Values);
        model.Device.Axpby(1f, averageState!, 0f, model.Parameters.State);
    }

    private static float[] ClusterUse(Clustered seen)
    {
        int units = seen.Centres.Shape[0], clusters = seen.Centres.Shape[1], positions = seen.Features.Shape[1];
        float[] shares = seen.Assignments.ToArray(), use = new float[clusters];
        for (int i = 0; i < shares.Length; i++) use[i / positions % clusters] += shares[i] / (units * positions);
        return use;
    }

    /// <summary>The backward pass has given the activations back, so they are computed again: once, at the end of a run that has failed.</summary>
    private TrainingFailedException Failure(int step, UnitBatch batch, float loss)
    {
        using Tape tape = model.Device.BeginStep();
        Forward(step, batch, tape);
        string where = tape.FirstNonFinite() is { } forward
            ? $"it arose in the forward pass, in {forward}"
            : model.Parameters.FirstNonFiniteGradient() is { } parameter ? $"it arose in the backward pass, in the gradient of {parameter}" : "the gradient's norm overflowed";
        return new TrainingFailedException($"Training stopped at step {step + 1}: the loss is {loss} and {where}. Lower the learning rate or the clip norm, or look at the data.");
    }

    private DeviceBuffer<float> Copy(DeviceBuffer<float> source)
    {
        DeviceBuffer<float> copy = model.Device.Rent<float>(source.Length);
        model.Device.Axpby(1f, source, 0f, copy);
        return copy;
    }

    public void Dispose()
    {
        adam.Dispose();
        figures.Dispose();
        averageValues?.Dispose();
        averageState?.Dispose();
    }
}
