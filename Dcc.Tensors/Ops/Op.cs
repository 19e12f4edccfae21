// How an op makes its output and tells the tape. Read next: MatMul.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>Ops on tensors. Each checks shapes, calls the device and records a step if a tape is open; without a tape nothing is recorded.</summary>
public static partial class Op
{
    /// <summary>An output of the open scope; it needs a gradient if a tape is open and any input does.</summary>
    private static Tensor Output(TensorShape shape, params ReadOnlySpan<Tensor?> inputs)
    {
        Scope scope = Scope.Require(DeviceOf(inputs));
        bool needsGradient = false;
        if (scope is Tape)
            foreach (Tensor? input in inputs) needsGradient |= input is { NeedsGradient: true };
        return scope.New(shape, needsGradient);
    }

    /// <summary>Memory that a step saves for its backward pass.</summary>
    private static DeviceBuffer<float> Saved(Tensor output, int length) => Scope.Require(output.Device).Rent<float>(length);

    private static void Record(string op, Tensor[] inputs, Tensor output, Action<Gradients, DeviceBuffer<float>> backward)
    {
        if (output.NeedsGradient) ((Tape)Scope.Innermost!).Record(new Tape.Step(op, inputs, output, backward));
    }

    private static Device DeviceOf(ReadOnlySpan<Tensor?> inputs)
    {
        foreach (Tensor? input in inputs)
            if (input is not null) return input.Device;
        throw new ArgumentException("An op needs at least one tensor.");
    }

    private static void RequireRank(string op, string argument, Tensor tensor, int rank, string meaning)
    {
        if (tensor.Shape.Rank != rank) throw new ArgumentException($"{op}: {argument} must be {meaning}, it is {tensor.Shape}.");
    }
}
