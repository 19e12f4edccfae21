// The list of what was computed, in order; backward walks it in reverse. Read next: Gradients.cs, then ../Ops/MatMul.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>A scope that records. Ops called while it is the innermost scope append a step if any input needs a gradient.</summary>
public sealed class Tape : Scope
{
    private readonly List<Step> steps = [];

    private Tape(Device device) : base(device) { }

    internal static Tape OpenTape(Device device) => new(device);

    /// <summary>Name of the op, what it read, what it made, and how the gradient of what it made becomes gradients of what it read.</summary>
    internal sealed record Step(string Op, Tensor[] Inputs, Tensor Output, Action<Gradients, DeviceBuffer<float>> Backward);

    public int Count => steps.Count;

    internal void Record(Step step) => steps.Add(step);

    /// <summary>
    /// Gradients of <paramref name="loss"/> (one element) by every tensor that it depends on. Parameters that it does not depend on are not touched:
    /// clear them first with <see cref="ParameterSet.ClearGradients"/>.
    /// </summary>
    public Gradients Backward(Tensor loss)
    {
        if (loss.Shape.Count != 1) throw new ArgumentException($"Backward starts from one number, the loss is {loss.Shape}.");
        if (!loss.NeedsGradient) throw new InvalidOperationException("Backward: the loss depends on no parameter, or it was computed before the tape was opened.");
        Gradients gradients = new(this);
        gradients.Add(loss, buffer => Device.Fill(buffer, 1f));
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            Step step = steps[i];
            if (gradients.Find(step.Output) is { } gradOutput) step.Backward(gradients, gradOutput);
        }
        return gradients;
    }

    /// <summary>
    /// The first step whose output holds a NaN or an infinity, in words ("Conv2d with visual.block1.conv1.weight [3,3,3,64]"), or null.
    /// Reads every output back: for the moment when something has already gone wrong.
    /// </summary>
    public string? FirstNonFinite()
    {
        foreach (Step step in steps)
        {
            foreach (Tensor input in step.Inputs)
                if (input.Name is not null && HasNonFinite(input)) return $"parameter {input}";
            if (!HasNonFinite(step.Output)) continue;
            string[] names = [.. step.Inputs.Where(input => input.Name is not null).Select(input => input.ToString())];
            return names.Length == 0 ? $"{step.Op} with output {step.Output.Shape}" : $"{step.Op} with {string.Join(" and ", names)}";
        }
        return null;
    }

    private static bool HasNonFinite(Tensor tensor) => tensor.ToArray().Any(value => !float.IsFinite(value));
}
