// All that a model learns, in one piece of memory, so that an optimiser is one sweep. Read next: ../Optimizers/Adam.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>A named tensor that the model owns; its value exists once <see cref="ParameterSet.Build"/> has run.</summary>
public sealed class Parameter
{
    private readonly ParameterSet set;
    private Tensor? value;
    private DeviceBuffer<float>? gradient;
    private PreparedWeights? prepared;
    private bool wasRead;

    internal Parameter(ParameterSet set, string name, TensorShape shape, bool learnt, Action<Span<float>> initialize)
    {
        this.set = set;
        Name = name;
        Shape = shape;
        Learnt = learnt;
        Initialize = initialize;
    }

    public string Name { get; }

    public TensorShape Shape { get; }

    /// <summary>False for state that is kept and saved but not learnt by gradient, such as running means.</summary>
    public bool Learnt { get; }

    public Tensor Value
    {
        get => value ?? throw new InvalidOperationException($"Parameter {Name} has no value yet: call ParameterSet.Build first.");
        internal set => this.value = value;
    }

    internal Action<Span<float>> Initialize { get; }

    /// <summary>Where the value starts in the set's buffer.</summary>
    internal int Offset { get; set; }

    /// <summary>The parameter's part of the set's gradients.</summary>
    internal DeviceBuffer<float> Gradient => gradient ??= set.GradientValues.Slice(Offset, Shape.Count);

    /// <summary>Overwrites the value.</summary>
    public void Set(ReadOnlySpan<float> values)
    {
        set.Changed();
        Value.Buffer.CopyFrom(values);
    }

    /// <summary>
    /// What convolutions of this shape can reuse of the weights: made at the second reading since the values last changed, so that a single answer costs nothing more.
    /// Null before, and where the device or the shape does not profit. Readers may be several threads.
    /// </summary>
    internal PreparedWeights? Prepared(in Conv2dShape shape)
    {
        lock (set.Gate)
        {
            if (prepared is not null || !set.KeepsPrepared) return prepared;
            if (wasRead) prepared = Value.Device.PrepareConv2d(shape, Value.Buffer);
            wasRead = true;
            return prepared;
        }
    }

    internal void DropPrepared()
    {
        prepared?.Dispose();
        prepared = null;
        wasRead = false;
    }

    internal long PreparedBytes => prepared?.Bytes ?? 0;

    public override string ToString() => $"{Name} {Shape}";
}

/// <summary>
/// Layers add their parameters; <see cref="Build"/> puts all learnt values into one buffer, each parameter starting on a cache line, and initialises them on
/// the host, so that every device starts from the same bits. Matrices and kernels come first, biases and scales after them: weight decay is for a leading part. Gradients lie in another buffer of the same layout, made when it is first asked for: a model that
/// only infers has none.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private const int Alignment = 16;

    private readonly List<Parameter> parameters = [];
    private DeviceBuffer<float>? values, gradients, state;
    private bool keepsPrepared = true;

    internal Lock Gate { get; } = new();

    public IReadOnlyList<Parameter> All => parameters;

    /// <summary>Number of learnt values.</summary>
    public long LearntCount => parameters.Where(p => p.Learnt).Sum(p => (long)p.Shape.Count);

    /// <summary>
    /// Whether inference keeps convolution weights in the form that the device's kernel reads, beside the values: a shorter time for up to four times the memory of the
    /// kernels. Nothing is kept after <see cref="Changed"/> until the values have been read twice.
    /// </summary>
    public bool KeepsPrepared
    {
        get => keepsPrepared;
        set
        {
            keepsPrepared = value;
            if (!value) Changed();
        }
    }

    /// <summary>Bytes that are kept for inference now.</summary>
    public long PreparedBytes
    {
        get { lock (Gate) return parameters.Sum(p => p.PreparedBytes); }
    }

    /// <summary>
    /// Drops what is kept of the values. Who writes into <see cref="Values"/> or a parameter's buffer calls it first, as optimisers, <see cref="Parameter.Set"/>, loading and
    /// the trainer do; nobody infers with the set while it changes.
    /// </summary>
    public void Changed()
    {
        lock (Gate)
            foreach (Parameter parameter in parameters) parameter.DropPrepared();
    }

    /// <summary>Every learnt value, with a few unused zeros between parameters. To write into it, see <see cref="Changed"/>.</summary>
    public DeviceBuffer<float> Values => values ?? throw NotBuilt();

    /// <summary>The leading part of <see cref="Values"/> that holds parameters of two and more dimensions.</summary>
    public int MatrixLength { get; private set; }

    /// <summary>The gradient of every learnt value, laid out as <see cref="Values"/>; zero until a backward pass writes it.</summary>
    public DeviceBuffer<float> GradientValues => gradients ??= Zeros(Values.Device, Values.Length);

    /// <summary>Every value that is kept but not learnt.</summary>
    public DeviceBuffer<float> State => state ?? throw NotBuilt();

    public Parameter Add(string name, TensorShape shape, Action<Span<float>> initialize) => Register(new Parameter(this, name, shape, learnt: true, initialize));

    public Parameter AddState(string name, TensorShape shape, float initial) => Register(new Parameter(this, name, shape, learnt: false, span => span.Fill(initial)));

    /// <param name="device">Where the values live.</param>
    /// <param name="initialize">False leaves zeros, for a model whose values are about to be read from a file: random numbers take longer than the reading.</param>
    public void Build(Device device, bool initialize = true)
    {
        if (values is not null) throw new InvalidOperationException("ParameterSet.Build was called before.");
        values = Zeros(device, parameters.Where(p => p.Learnt).Sum(p => Padded(p.Shape.Count)));
        state = Zeros(device, parameters.Where(p => !p.Learnt).Sum(p => Padded(p.Shape.Count)));
        MatrixLength = parameters.Where(p => p.Learnt && p.Shape.Rank > 1).Sum(p => Padded(p.Shape.Count));
        int matrixOffset = 0, vectorOffset = MatrixLength, stateOffset = 0;
        foreach (Parameter parameter in parameters)
        {
            int count = parameter.Shape.Count;
            ref int offset = ref !parameter.Learnt ? ref stateOffset : ref parameter.Shape.Rank > 1 ? ref matrixOffset : ref vectorOffset;
            parameter.Value = new Tensor(parameter.Shape, (parameter.Learnt ? values : state).Slice(offset, count), parameter.Learnt, parameter.Name)
            {
                Parameter = parameter.Learnt ? parameter : null,
            };
            parameter.Offset = offset;
            offset += Padded(count);
            if (!initialize) continue;
            float[] initial = new float[count];
            parameter.Initialize(initial);
            parameter.Set(initial);
        }
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ClearGradients() => GradientValues.Device.Fill(GradientValues, 0f);

    /// <summary>Sets to zero the gradients that a backward pass has not written, since its loss does not depend on them; the others are left as they are.</summary>
    public void ClearGradients(Gradients except)
    {
        foreach (Parameter parameter in parameters)
            if (parameter.Learnt && !except.Has(parameter.Value)) GradientValues.Device.Fill(parameter.Gradient, 0f);
    }

    /// <summary>The first parameter whose gradient holds a NaN or an infinity, or null.</summary>
    public Parameter? FirstNonFiniteGradient() =>
        parameters.FirstOrDefault(p => p.Learnt && p.Gradient.ToArray().Any(value => !float.IsFinite(value)));

    public void Dispose()
    {
        Changed();
        values?.Dispose();
        gradients?.Dispose();
        state?.Dispose();
        values = gradients = state = null;
    }

    private Parameter Register(Parameter parameter)
    {
        if (values is not null) throw new InvalidOperationException($"Parameter {parameter.Name} comes too late: the set is built.");
        if (parameters.Any(p => p.Name == parameter.Name)) throw new ArgumentException($"There are two parameters named {parameter.Name}.");
        parameters.Add(parameter);
        return parameter;
    }

    private static DeviceBuffer<float> Zeros(Device device, int length)
    {
        DeviceBuffer<float> buffer = device.Rent<float>(length);
        device.Fill(buffer, 0f);
        return buffer;
    }

    private static int Padded(int count) => (count + Alignment - 1) / Alignment * Alignment;

    private static InvalidOperationException NotBuilt() => new("Call ParameterSet.Build first.");
}
