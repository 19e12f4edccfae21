// What every oracle network is made of: parameters from named values, and a record of what was computed, in either precision. Read next: ProjectedOracle.cs.
using Dcc.Bench.Parity;
using Dcc.Model;
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Oracle;

/// <summary>Takes one tensor in the engine's layout, [batch, height, width, channels] or [height, width, in, out], as doubles.</summary>
internal delegate void TakeDoubles(string name, int[] shape, double[] values);

/// <summary>
/// A network in LibTorch, written from the paper and its released code and not from this engine's sources. The two share names of parameters and how values are filled.
/// </summary>
internal abstract class OracleModel(ScalarType precision, Func<string, TensorShape, float[]> values) : IDisposable
{
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> parameters = [];
    private TakeDoubles? take;
    private bool robust;

    /// <summary>The smallest absolute input of a ReLU in the first forward pass, by the RMS of that layer's inputs.</summary>
    public Dictionary<string, double> Distances { get; } = [];

    /// <summary>The network of the case's profile; <paramref name="values"/> gives its weights by name and shape, in the engine's layout.</summary>
    public static OracleModel Create(ParityCase parity, ScalarType precision, Func<string, TensorShape, float[]> values) => parity.Projected ? new ProjectedOracle(precision, values) : new ResidualOracle(precision, values);

    /// <summary>The loss before each step of Adam; outputs and gradients of the first step go to <paramref name="record"/>. <paramref name="disturb"/> changes each gradient in place before Adam sees it.</summary>
    public double[] Run(ParityCase parity, int steps, TakeDoubles? record, Action<torch.Tensor>? disturb = null)
    {
        DccOptions o = parity.Options;
        robust = parity.Robust;
        using torch.Tensor images = tensor(parity.Frames(), [parity.Batch, o.FrameSize, o.FrameSize, 3]).to(precision).permute(0, 3, 1, 2).contiguous();
        using torch.Tensor sounds = tensor(parity.Spectrograms(), [parity.Batch, o.SpectrogramFrames, o.LogMel.Bands, 1]).to(precision).permute(0, 3, 1, 2).contiguous();
        optim.Optimizer? adam = null;
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            take = step == 0 ? record : null; // the running mean and variance, too, are those after one step
            torch.Tensor loss = Loss(images, sounds);
            Record("loss", loss.reshape(1));
            losses[step] = loss.to(ScalarType.Float64).item<double>();
            adam ??= optim.Adam(parameters.Values, ParityCase.LearningRate);
            adam.zero_grad();
            loss.backward();
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in parameters)
                if (parameter.grad is { } gradient)
                {
                    Record($"gradient {name}", gradient.dim() == 4 ? gradient.permute(2, 3, 1, 0) : gradient);
                    disturb?.Invoke(gradient);
                }
            adam.step();
        }
        adam?.Dispose();
        return losses;
    }

    /// <summary>Frames [batch, 3, height, width] of 0..255 and spectrograms [batch, 1, time, bands] to the loss.</summary>
    protected abstract torch.Tensor Loss(torch.Tensor frames, torch.Tensor spectrograms);

    /// <summary>Made at its first use; a kernel [height, width, in, out] as LibTorch's [out, in, height, width].</summary>
    protected torch.Tensor Parameter(string name, params int[] shape)
    {
        if (parameters.TryGetValue(name, out TorchSharp.Modules.Parameter? known)) return known;
        torch.Tensor value = tensor(values(name, new TensorShape(shape)), [.. shape.Select(size => (long)size)]).to(precision);
        if (shape.Length == 4) value = value.permute(3, 2, 0, 1).contiguous();
        TorchSharp.Modules.Parameter parameter = new(value.DetachFromDisposeScope());
        parameters.Add(name, (TorchSharp.Modules.Parameter)parameter.DetachFromDisposeScope());
        return parameter;
    }

    /// <summary>By the batch's own mean and variance, in training as it is in the first step; running ones begin at 0 and 1.</summary>
    protected torch.Tensor Normalize(string norm, torch.Tensor x)
    {
        int channels = (int)x.shape[1];
        using torch.Tensor mean = zeros([channels], x.dtype), variance = ones([channels], x.dtype);
        torch.Tensor y = nn.functional.batch_norm(x, mean, variance, Parameter($"{norm}.weight", channels), Parameter($"{norm}.bias", channels), training: true, momentum: 0.1);
        if (!robust)
        {
            Record($"{norm}.running_mean", mean);
            Record($"{norm}.running_var", variance);
        }
        return y;
    }

    /// <summary>For tensors that are in the engine's order already.</summary>
    protected void Record(string name, torch.Tensor value)
    {
        if (take is null) return;
        using torch.Tensor plain = value.detach().to(ScalarType.Float64).contiguous();
        take(name, [.. plain.shape.Select(size => (int)size)], plain.data<double>().ToArray());
    }

    /// <summary>For maps [batch, channels, height, width].</summary>
    protected void RecordMap(string name, torch.Tensor map)
    {
        if (take is not null) Record(name, map.permute(0, 2, 3, 1));
    }

    protected torch.Tensor Relu(string name, torch.Tensor x, bool record = false)
    {
        if (take is not null) Distances[name] = (x.detach().abs().min() / x.detach().square().mean().sqrt()).to(ScalarType.Float64).item<double>();
        torch.Tensor y = x.relu();
        if (record) RecordMap(name, y);
        return y;
    }

    public void Dispose()
    {
        foreach (TorchSharp.Modules.Parameter parameter in parameters.Values) parameter.Dispose();
    }
}
