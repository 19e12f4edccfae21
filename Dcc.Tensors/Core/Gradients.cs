// Where gradients live during a backward pass. Read next: ParameterSet.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>
/// Gradient of a loss by tensor. An op writes its gradient whole; the first write is kept as it is, later ones (a tensor used twice) are added in
/// the order of the walk. Gradients of parameters go to the parameter set's own memory and outlive the tape; all others belong to the tape.
/// </summary>
public sealed class Gradients
{
    private readonly Tape tape;
    private readonly Dictionary<Tensor, DeviceBuffer<float>> found = new(ReferenceEqualityComparer.Instance);

    internal Gradients(Tape tape) => this.tape = tape;

    /// <summary>The gradient of a tensor; throws if the loss does not depend on it.</summary>
    public DeviceBuffer<float> Of(Tensor tensor) =>
        Find(tensor) ?? throw new KeyNotFoundException($"The loss does not depend on {tensor}.");

    internal DeviceBuffer<float>? Find(Tensor tensor) => found.GetValueOrDefault(tensor);

    /// <summary>Calls <paramref name="write"/> with memory for the gradient of <paramref name="tensor"/>, unless it needs none.</summary>
    internal void Add(Tensor tensor, Action<DeviceBuffer<float>> write)
    {
        if (tensor.NeedsGradient) AddAll([tensor], buffers => write(buffers[0]));
    }

    /// <summary>For an op that writes several gradients in one pass: memory for each, scratch for those that need none.</summary>
    internal void AddAll(ReadOnlySpan<Tensor> tensors, Action<DeviceBuffer<float>[]> write)
    {
        bool any = false;
        foreach (Tensor tensor in tensors) any |= tensor.NeedsGradient;
        if (!any) return;
        DeviceBuffer<float>[] targets = new DeviceBuffer<float>[tensors.Length];
        bool[] isNew = new bool[tensors.Length];
        for (int i = 0; i < tensors.Length; i++)
        {
            isNew[i] = tensors[i].NeedsGradient && !found.ContainsKey(tensors[i]) && !tensors[..i].Contains(tensors[i]);
            targets[i] = !isNew[i] ? tape.Device.Rent<float>(tensors[i].Shape.Count) : tensors[i].GradientHome ?? tape.Rent<float>(tensors[i].Shape.Count);
        }
        write(targets);
        for (int i = 0; i < tensors.Length; i++)
        {
            if (isNew[i])
            {
                found.Add(tensors[i], targets[i]);
                continue;
            }
            if (tensors[i].NeedsGradient) tape.Device.Axpby(1f, targets[i], 1f, found[tensors[i]]);
            targets[i].Dispose();
        }
    }
}
