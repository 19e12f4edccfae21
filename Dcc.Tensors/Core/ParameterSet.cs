// All that a model learns, in one piece of memory, so that an optimiser is one sweep. Read next: ../Optimizers/Adam.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>A named tensor that the model owns; its value exists once <see cref="ParameterSet.Build"/> has run.</summary>
public sealed class Parameter
{
    private Tensor? value;

    internal Parameter(string name, TensorShape shape, bool learnt, Action<Span<float>> initialize)
    {
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

    public override string ToString() => $"{Name} {Shape}";
}

/// <summary>
/// Layers add their parameters; <see cref="Build"/> puts all learnt values into one buffer and all their gradients into another, each parameter
/// starting on a cache line, and initialises them on the host, so that every device starts from the same bits.
/// </summary>
public sealed class ParameterSet : IDisposable
{
    private const int Alignment = 16;

    private readonly List<Parameter> parameters = [];
    private DeviceBuffer<float>? values, gradients, state;

    public IReadOnlyList<Parameter> All => parameters;

    /// <summary>Number of learnt values.</summary>
    public long LearntCount => parameters.Where(p => p.Learnt).Sum(p => (long)p.Shape.Count);

    /// <summary>Every learnt value, with a few unused zeros between parameters.</summary>
    public DeviceBuffer<float> Values => values ?? throw NotBuilt();

    /// <summary>The gradient of every learnt value, laid out as <see cref="Values"/>.</summary>
    public DeviceBuffer<float> GradientValues => gradients ?? throw NotBuilt();

    /// <summary>Every value that is kept but not learnt.</summary>
    public DeviceBuffer<float> State => state ?? throw NotBuilt();

    public Parameter Add(string name, TensorShape shape, Action<Span<float>> initialize) => Register(new Parameter(name, shape, learnt: true, initialize));

    public Parameter AddState(string name, TensorShape shape, float initial) => Register(new Parameter(name, shape, learnt: false, span => span.Fill(initial)));

    public void Build(Device device)
    {
        if (values is not null) throw new InvalidOperationException("ParameterSet.Build was called before.");
        values = Zeros(device, parameters.Where(p => p.Learnt));
        gradients = Zeros(device, parameters.Where(p => p.Learnt));
        state = Zeros(device, parameters.Where(p => !p.Learnt));
        int learntOffset = 0, stateOffset = 0;
        foreach (Parameter parameter in parameters)
        {
            int count = parameter.Shape.Count;
            ref int offset = ref parameter.Learnt ? ref learntOffset : ref stateOffset;
            parameter.Value = new Tensor(parameter.Shape, (parameter.Learnt ? values : state).Slice(offset, count), parameter.Learnt, parameter.Name)
            {
                GradientHome = parameter.Learnt ? gradients.Slice(offset, count) : null,
            };
            float[] initial = new float[count];
            parameter.Initialize(initial);
            parameter.Value.Buffer.CopyFrom(initial);
            offset += Padded(count);
        }
    }

    /// <summary>Sets every gradient to zero; call it before each backward pass.</summary>
    public void ClearGradients() => GradientValues.Device.Fill(GradientValues, 0f);

    /// <summary>The first parameter whose gradient holds a NaN or an infinity, or null.</summary>
    public Parameter? FirstNonFiniteGradient() =>
        parameters.FirstOrDefault(p => p.Learnt && p.Value.GradientHome!.ToArray().Any(value => !float.IsFinite(value)));

    public void Dispose()
    {
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

    private static DeviceBuffer<float> Zeros(Device device, IEnumerable<Parameter> those)
    {
        DeviceBuffer<float> buffer = device.Rent<float>(those.Sum(p => Padded(p.Shape.Count)));
        device.Fill(buffer, 0f);
        return buffer;
    }

    private static int Padded(int count) => (count + Alignment - 1) / Alignment * Alignment;

    private static InvalidOperationException NotBuilt() => new("Call ParameterSet.Build first.");
}
