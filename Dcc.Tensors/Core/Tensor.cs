// Numbers on a device with a shape. Gradients live in Gradients, not here. Read next: Scope.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>
/// Float32, contiguous, last dimension fastest; channels last by convention. Memory belongs to the scope that was open when the tensor was made,
/// or to a <see cref="ParameterSet"/>.
/// </summary>
public sealed class Tensor
{
    internal Tensor(TensorShape shape, DeviceBuffer<float> buffer, bool needsGradient, string? name = null)
    {
        if (shape.Count != buffer.Length) throw new ArgumentException($"A tensor {shape} needs {shape.Count} elements, its buffer has {buffer.Length}.");
        Shape = shape;
        Buffer = buffer;
        NeedsGradient = needsGradient;
        Name = name;
    }

    public TensorShape Shape { get; }

    public DeviceBuffer<float> Buffer { get; }

    public Device Device => Buffer.Device;

    /// <summary>True for parameters and for everything computed from one while a tape is open.</summary>
    public bool NeedsGradient { get; }

    /// <summary>Set for parameters, for messages.</summary>
    public string? Name { get; }

    /// <summary>Where a parameter's gradient goes; null for every other tensor.</summary>
    internal DeviceBuffer<float>? GradientHome { get; init; }

    /// <summary>A tensor of the open scope holding a copy of <paramref name="values"/>.</summary>
    public static Tensor From(Device device, TensorShape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Count) throw new ArgumentException($"A tensor {shape} needs {shape.Count} values, got {values.Length}.");
        Tensor tensor = Scope.Require(device).New(shape, needsGradient: false);
        tensor.Buffer.CopyFrom(values);
        return tensor;
    }

    public float[] ToArray() => Buffer.ToArray();

    /// <summary>The value of a tensor of one element.</summary>
    public float Item()
    {
        if (Shape.Count != 1) throw new InvalidOperationException($"Item needs a tensor of one element, this one is {Shape}.");
        Span<float> value = stackalloc float[1];
        Buffer.CopyTo(value);
        return value[0];
    }

    public override string ToString() => Name is null ? Shape.ToString() : $"{Name} {Shape}";
}
