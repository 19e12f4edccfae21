// What is given back when: activations during the backward pass, maps during inference; and that gradients handed on without a copy are right. Read next: ../Dcc.Tensors/Core/Tape.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class MemoryPlanTests
{
    private const int Size = 8;

    [Fact]
    public void Backward_gives_back_every_activation_but_the_loss_and_what_is_kept()
    {
        using CpuDevice device = new();
        using ParameterSet parameters = Weights(device);
        Tensor weight = parameters.All[0].Value, last = parameters.All[1].Value;
        using Tape tape = device.BeginStep();
        Tensor x = Tensor.From(device, new TensorShape(1, Size), Ramp(Size));
        Tensor first = Op.MatMul(x, weight), second = Op.Tanh(first), loss = Op.MatMul(second, last);
        float expected = loss.Item();
        tape.Backward(loss, keep: second);

        Assert.Equal(expected, loss.Item());
        Assert.Equal(Size, second.ToArray().Length);
        Assert.Equal(Ramp(Size), x.ToArray());
        Assert.Contains("was given back", Assert.Throws<InvalidOperationException>(() => first.ToArray()).Message, StringComparison.Ordinal);
        Assert.Equal(new TensorShape(1, Size), first.Shape);
        Assert.Throws<InvalidOperationException>(() => tape.Backward(loss));
        Assert.Throws<InvalidOperationException>(tape.FirstNonFinite);
    }

    [Fact]
    public void After_backward_only_what_can_be_read_is_rented()
    {
        using CpuDevice device = new();
        using ParameterSet parameters = Weights(device);
        _ = parameters.GradientValues;
        long before = device.Memory.LiveBytes;
        using (Tape tape = device.BeginStep())
        {
            Tensor x = Tensor.From(device, new TensorShape(1, Size), Ramp(Size));
            for (int i = 0; i < 5; i++) x = Op.Tanh(Op.Add(Op.Reshape(Op.MatMul(x, parameters.All[0].Value), 1, Size), Op.Affine(x, 0.5f)));
            tape.Backward(Op.MatMul(x, parameters.All[1].Value));
            const int SmallestBuffer = 64; // bytes: a cache line
            Assert.Equal(before + 3 * SmallestBuffer, device.Memory.LiveBytes); // the data, their affine copy (no gradient flows through either), the loss
        }
        Assert.Equal(before, device.Memory.LiveBytes);
    }

    [Fact]
    public void Gradients_handed_on_without_a_copy_are_those_of_central_differences()
    {
        using CpuDevice device = new();
        using ParameterSet parameters = Weights(device);
        Parameter weight = parameters.All[0], last = parameters.All[1];
        float[] start = weight.Value.ToArray();
        Gradients gradients;
        using (Tape tape = device.BeginStep()) gradients = tape.Backward(Compute());
        float[] gradient = gradients.Of(weight.Value).ToArray();
        double[] differences = Plain.Differences(Loss, Array.ConvertAll(start, value => (double)value), 1e-2);
        Plain.Near(differences, gradient, 2e-3);

        // A view of a parameter, a sum of a tensor with itself, a tensor read by three ops, and the first reader of each kind.
        Tensor Compute()
        {
            Tensor flat = Op.Reshape(weight.Value, Size * Size), matrix = Op.Reshape(Op.Add(flat, flat), Size, Size);
            Tensor x = Op.MatMul(Tensor.From(device, new TensorShape(1, Size), Ramp(Size)), matrix);
            Tensor twice = Op.Add(x, x), bent = Op.Tanh(x), sum = Op.Add(Op.Add(bent, twice), Op.Affine(bent, -0.3f, 1f));
            return Op.MatMul(Op.Multiply(sum, Op.Reshape(bent, 1, Size)), last.Value);
        }

        double Loss(double[] values)
        {
            weight.Value.Buffer.CopyFrom(Array.ConvertAll(values, value => (float)value));
            using Scope scope = device.BeginScope();
            return Compute().Item();
        }
    }

    [Fact]
    public void Gradients_that_a_pass_does_not_write_are_cleared()
    {
        using CpuDevice device = new();
        using ParameterSet parameters = Weights(device);
        device.Fill(parameters.GradientValues, 7f);
        using Tape tape = device.BeginStep();
        Gradients gradients = tape.Backward(Op.MatMul(Tensor.From(device, new TensorShape(1, Size), Ramp(Size)), parameters.All[1].Value));
        parameters.ClearGradients(except: gradients);
        Assert.All(parameters.All[0].Gradient.ToArray(), value => Assert.Equal(0f, value));
        Assert.Equal(Ramp(Size), parameters.All[1].Gradient.ToArray());
        Assert.Throws<KeyNotFoundException>(() => gradients.Of(parameters.All[0].Value));
    }

    [Fact]
    public void Drop_gives_data_back_with_its_views_and_waits_for_recorded_readers()
    {
        using CpuDevice device = new();
        using ParameterSet parameters = Weights(device);
        using Tape tape = device.BeginStep();
        Tensor data = Tensor.From(device, new TensorShape(1, Size), Ramp(Size)), view = Op.Reshape(data, Size), x = Op.Affine(data, 2f);
        long before = device.Memory.LiveBytes;
        data.Drop();
        data.Drop();
        Assert.True(device.Memory.LiveBytes < before);
        Assert.Throws<InvalidOperationException>(() => data.ToArray());
        Assert.Throws<InvalidOperationException>(() => view.ToArray());

        Tensor y = Op.MatMul(x, parameters.All[0].Value);
        x.Drop();
        parameters.All[0].Value.Drop();
        Assert.Equal(Size, x.ToArray().Length);
        tape.Backward(Op.MatMul(Op.Tanh(y), parameters.All[1].Value));
        Assert.Throws<InvalidOperationException>(() => y.ToArray());
    }

    [Fact]
    public void A_tensor_of_a_closed_scope_cannot_be_read()
    {
        using CpuDevice device = new();
        Tensor x;
        using (device.BeginScope()) x = Tensor.From(device, new TensorShape(3), [1, 2, 3]);
        Assert.Contains("is closed", Assert.Throws<InvalidOperationException>(() => x.ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inference_needs_no_more_memory_for_a_deeper_network_and_none_for_gradients()
    {
        Assert.Equal(PeakOfEmbedding(convolutions: 3), PeakOfEmbedding(convolutions: 9));

        static long PeakOfEmbedding(int convolutions)
        {
            using CpuDevice device = new();
            DccOptions options = DccOptions.Small with
            {
                Visual = DccOptions.Small.Visual with { Blocks = [new(16, convolutions, false), new(8, 1, true)] },
                Audio = DccOptions.Small.Audio with { Blocks = [new(8, 1, true)] },
            };
            using DccModel model = DccModel.Create(device, options, 1);
            long weights = device.Memory.LiveBytes;
            model.EmbedImage(new Picture(8, 8, new byte[8 * 8 * 3]));
            Assert.Equal(weights, device.Memory.LiveBytes);
            return device.Memory.PeakBytes - weights;
        }
    }

    private static ParameterSet Weights(CpuDevice device)
    {
        ParameterSet parameters = new();
        parameters.Add("weight", new TensorShape(Size, Size), span => Wave(span, 0.4f));
        parameters.Add("last", new TensorShape(Size, 1), span => Wave(span, 0.7f));
        parameters.Build(device);
        return parameters;

        static void Wave(Span<float> span, float step)
        {
            for (int i = 0; i < span.Length; i++) span[i] = 0.3f * MathF.Sin(step * (i + 1));
        }
    }

    private static float[] Ramp(int count) => [.. Enumerable.Range(0, count).Select(i => 0.25f * (i - 2))];
}
