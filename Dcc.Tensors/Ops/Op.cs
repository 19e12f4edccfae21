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

    /// <summary>Memory that the op in hand saves for its backward pass; the step recorded next owns it.</summary>
    private static DeviceBuffer<float> Saved(Tensor output, int length) => Saved<float>(output, length);

    /// <summary>The same for other types, such as indices.</summary>
    private static DeviceBuffer<T> Saved<T>(Tensor output, int length) where T : unmanaged => Scope.Require(output.Device).RentSaved<T>(length);

    /// <summary>
    /// Called last by an op. <paramref name="backward"/> may read the inputs, the output and what was rented as saved, and may overwrite the gradient it is
    /// given. Without a tape the saved memory goes back at once.
    /// </summary>
    private static void Record(string op, Tensor[] inputs, Tensor output, Action<Gradients, DeviceBuffer<float>> backward)
    {
        Scope scope = Scope.Innermost!;
        IDisposable[] saved = scope.TakeSaved();
        if (output.NeedsGradient) ((Tape)scope).Record(new Tape.Step(op, inputs, output, saved, backward));
        else
            foreach (IDisposable buffer in saved) scope.GiveBack(buffer);
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
