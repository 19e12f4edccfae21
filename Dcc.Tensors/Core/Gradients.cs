// Where gradients live during a backward pass. Read next: ParameterSet.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>
/// Gradient of a loss by tensor. An op writes its gradient whole; the first write is kept as it is, later ones (a tensor used twice) are added in
/// the order of the walk. Gradients of parameters go to the parameter set's own memory and outlive the tape; every other gradient is given back as
/// soon as the step that made its tensor has been walked.
/// </summary>
public sealed class Gradients
{
    private readonly Tape tape;
    private readonly Dictionary<Tensor, DeviceBuffer<float>> found = new(ReferenceEqualityComparer.Instance);
    private DeviceBuffer<float>? passedOn;

    internal Gradients(Tape tape) => this.tape = tape;

    /// <summary>The gradient of a parameter; throws if the loss does not depend on it.</summary>
    public DeviceBuffer<float> Of(Tensor parameter)
    {
        if (parameter.Parameter is null) throw new InvalidOperationException($"Only gradients of parameters outlive the backward pass; {parameter} is none.");
        return found.GetValueOrDefault(parameter) ?? throw new KeyNotFoundException($"The loss does not depend on {parameter}.");
    }

    /// <summary>Whether this pass has written the gradient of <paramref name="parameter"/>.</summary>
    internal bool Has(Tensor parameter) => found.ContainsKey(parameter);

    /// <summary>The gradient of a step's output, for the step's own use: it may overwrite it. Null if the loss does not depend on it.</summary>
    internal DeviceBuffer<float>? Take(Tensor output)
    {
        passedOn = null;
        found.Remove(output, out DeviceBuffer<float>? gradient);
        return gradient;
    }

    /// <summary>True for memory that the step in hand has passed on and that must therefore stay.</summary>
    internal bool PassedOn(object buffer) => ReferenceEquals(buffer, passedOn);

    /// <summary>Calls <paramref name="write"/> with memory for the gradient of <paramref name="tensor"/>, unless it needs none.</summary>
    internal void Add(Tensor tensor, Action<DeviceBuffer<float>> write)
    {
        if (!tensor.NeedsGradient) return;
        DeviceBuffer<float> target = Target(tensor);
        write(target);
        Settle(tensor, target);
    }

    /// <summary>For an op that writes several gradients in one pass: memory for each, scratch for those that need none.</summary>
    internal void AddAll(ReadOnlySpan<Tensor> tensors, Action<DeviceBuffer<float>[]> write)
    {
        bool any = false;
        foreach (Tensor tensor in tensors) any |= tensor.NeedsGradient;
        if (!any) return;
        DeviceBuffer<float>[] targets = new DeviceBuffer<float>[tensors.Length];
        for (int i = 0; i < tensors.Length; i++) targets[i] = tensors[..i].Contains(tensors[i]) ? tape.Rent<float>(tensors[i].Shape.Count) : Target(tensors[i]);
        write(targets);
        for (int i = 0; i < tensors.Length; i++) Settle(tensors[i], targets[i]);
    }

    /// <summary>
    /// For an op whose gradient is <paramref name="gradient"/> as it stands, the gradient of its output or memory that it saved: the first tensor to get it
    /// takes it over, without a copy.
    /// </summary>
    internal void Pass(Tensor tensor, DeviceBuffer<float> gradient)
    {
        if (!tensor.NeedsGradient) return;
        if (found.TryGetValue(tensor, out DeviceBuffer<float>? sum)) tape.Device.Axpby(1f, gradient, 1f, sum);
        else if (tensor.Parameter is null && !PassedOn(gradient)) found.Add(tensor, passedOn = gradient);
        else Add(tensor, copy => tape.Device.Axpby(1f, gradient, 0f, copy));
    }

    /// <summary>Memory to write a gradient into: where it stays if it is the first, else scratch.</summary>
    private DeviceBuffer<float> Target(Tensor tensor) =>
        tensor.GradientHome is { } home && !found.ContainsKey(tensor) ? home : tape.Rent<float>(tensor.Shape.Count);

    private void Settle(Tensor tensor, DeviceBuffer<float> written)
    {
        if (tensor.NeedsGradient && found.TryAdd(tensor, written)) return;
        if (tensor.NeedsGradient) tape.Device.Axpby(1f, written, 1f, found[tensor]);
        tape.GiveBack(written);
    }
}
