// What every oracle network is made of: parameters from named values, and a record of what was computed, in either precision. Read next: ProjectedOracle.cs.
using Dcc.Bench.Parity;
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

    /// <summary>The smallest absolute input of a ReLU in the last forward pass with a record, by layer.</summary>
    public Dictionary<string, double> Distances { get; } = [];

    /// <summary>The loss before each step of Adam; outputs and gradients of the first step go to <paramref name="record"/>.</summary>
    public double[] Run(float[] frames, int size, float[] spectrograms, int time, int bands, int steps, TakeDoubles record)
    {
        const int Batch = ParityRun.Batch;
        using torch.Tensor images = tensor(frames, [Batch, size, size, 3]).to(precision).permute(0, 3, 1, 2).contiguous();
        using torch.Tensor sounds = tensor(spectrograms, [Batch, time, bands, 1]).to(precision).permute(0, 3, 1, 2).contiguous();
        optim.Optimizer? adam = null;
        double[] losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            take = step == 0 ? record : null;
            torch.Tensor loss = Loss(images, sounds);
            Record("loss", loss.reshape(1));
            losses[step] = loss.to(ScalarType.Float64).item<double>();
            adam ??= optim.Adam(parameters.Values, ParityRun.LearningRate);
            adam.zero_grad();
            loss.backward();
            if (step == 0)
                foreach ((string name, TorchSharp.Modules.Parameter parameter) in parameters)
                    if (parameter.grad is { } gradient) Record($"gradient {name}", gradient.dim() == 4 ? gradient.permute(2, 3, 1, 0) : gradient);
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

    protected torch.Tensor Relu(string name, torch.Tensor x)
    {
        if (take is not null) Distances[name] = x.detach().abs().min().to(ScalarType.Float64).item<double>();
        return x.relu();
    }

    public void Dispose()
    {
        foreach (TorchSharp.Modules.Parameter parameter in parameters.Values) parameter.Dispose();
    }
}
