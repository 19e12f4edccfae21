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
        if (!tensor.NeedsGradient) return;
        if (!found.TryGetValue(tensor, out DeviceBuffer<float>? sum))
        {
            DeviceBuffer<float> home = tensor.GradientHome ?? tape.Rent<float>(tensor.Shape.Count);
            write(home);
            found.Add(tensor, home);
            return;
        }
        using DeviceBuffer<float> more = tape.Device.Rent<float>(tensor.Shape.Count);
        write(more);
        tape.Device.Axpby(1f, more, 1f, sum);
    }
}
