// Numbers on a device with a shape. Gradients live in Gradients, not here. Read next: Scope.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>
/// Float32, contiguous, last dimension fastest; channels last by convention. Memory belongs to the scope that was open when the tensor was made,
/// or to a <see cref="ParameterSet"/>. It goes back with the scope, by <see cref="Drop"/>, or when <see cref="Tape.Backward"/> has passed the tensor;
/// reading it afterwards throws, the shape stays.
/// </summary>
public sealed class Tensor
{
    private readonly DeviceBuffer<float> buffer;
    private bool gone;

    internal Tensor(TensorShape shape, DeviceBuffer<float> buffer, bool needsGradient, string? name = null)
    {
        if (shape.Count != buffer.Length) throw new ArgumentException($"A tensor {shape} needs {shape.Count} elements, its buffer has {buffer.Length}.");
        Shape = shape;
        this.buffer = buffer;
        NeedsGradient = needsGradient;
        Name = name;
    }

    public TensorShape Shape { get; }

    public DeviceBuffer<float> Buffer
    {
        get
        {
            if (gone || Memory.gone)
                throw new InvalidOperationException($"The memory of tensor {this} was given back, by Drop or because Backward had passed it. Read it earlier, or name it in Backward's keep.");
            if (Memory.Owner is { IsClosed: true }) throw new InvalidOperationException($"The scope of tensor {this} is closed, its memory was given back. Read it while the scope is open.");
            return buffer;
        }
    }

    public Device Device => buffer.Device;

    /// <summary>True for parameters and for everything computed from one while a tape is open.</summary>
    public bool NeedsGradient { get; }

    /// <summary>Set for parameters, for messages.</summary>
    public string? Name { get; }

    /// <summary>Set for the value of a learnt parameter.</summary>
    internal Parameter? Parameter { get; init; }

    /// <summary>Where a parameter's gradient goes; null for every other tensor.</summary>
    internal DeviceBuffer<float>? GradientHome => Parameter?.Gradient;

    /// <summary>The scope whose memory this is; null for parameters and views.</summary>
    internal Scope? Owner { get; init; }

    /// <summary>The tensor whose memory a view shows; null for a tensor with memory of its own.</summary>
    internal Tensor? ViewOf { get; init; }

    /// <summary>The tensor that has the memory.</summary>
    internal Tensor Memory => ViewOf ?? this;

    /// <summary>Set where a recorded step may read the memory in its backward pass.</summary>
    internal bool IsRecorded { get; set; }

    /// <summary>Set where the caller of Backward wants to read the memory afterwards.</summary>
    internal bool IsKept { get; set; }

    /// <summary>A tensor of the open scope holding a copy of <paramref name="values"/>.</summary>
    public static Tensor From(Device device, TensorShape shape, ReadOnlySpan<float> values)
    {
        if (values.Length != shape.Count) throw new ArgumentException($"A tensor {shape} needs {shape.Count} values, got {values.Length}.");
        Tensor tensor = Scope.Require(device).New(shape, needsGradient: false);
        tensor.Buffer.CopyFrom(values);
        return tensor;
    }

    /// <summary>
    /// Gives the memory back now: the caller reads neither this tensor nor a view of it any more. A tensor that a recorded step reads stays until
    /// Backward has passed it, and a parameter always stays; so a network drops its activations and serves training and inference alike.
    /// </summary>
    public void Drop()
    {
        if (!Memory.IsRecorded) Memory.Release();
    }

    /// <summary>The memory goes back, whoever wanted to read it. A view only becomes unreadable.</summary>
    internal void Release()
    {
        if (gone || (ViewOf is null && Owner is null)) return;
        gone = true;
        Owner?.GiveBack(buffer);
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
