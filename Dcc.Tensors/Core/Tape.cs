// The list of what was computed, in order; backward walks it in reverse and gives memory back on the way. Read next: Gradients.cs, then ../Ops/MatMul.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

/// <summary>A scope that records. Ops called while it is the innermost scope append a step if any input needs a gradient.</summary>
public sealed class Tape : Scope
{
    private readonly List<Step> steps = [];
    private bool walked;

    private Tape(Device device) : base(device) { }

    internal static Tape OpenTape(Device device) => new(device);

    /// <summary>
    /// Name of the op, what it read, what it made, what else it keeps for its backward pass, and how the gradient of what it made becomes gradients of what
    /// it read. The backward pass may read the values of inputs, output and saved memory, and may overwrite the gradient it is given.
    /// </summary>
    internal sealed record Step(string Op, Tensor[] Inputs, Tensor Output, IDisposable[] Saved, Action<Gradients, DeviceBuffer<float>> Backward);

    public int Count => steps.Count;

    /// <summary>What was recorded, until <see cref="Backward"/> has walked it.</summary>
    internal IReadOnlyList<Step> Steps => steps;

    internal void Record(Step step)
    {
        foreach (Tensor input in step.Inputs) input.Memory.IsRecorded = true;
        step.Output.Memory.IsRecorded = true;
        steps.Add(step);
    }

    /// <summary>
    /// Gradients of <paramref name="loss"/> (one element) by every parameter that it depends on. Parameters that it does not depend on are not touched:
    /// <see cref="ParameterSet.ClearGradients(Gradients)"/> sets those to zero.
    /// <para>
    /// The walk gives memory back as it goes: of each recorded step the gradient of its output, the output and what the step saved, as soon as the step is
    /// done. All its readers come later on the tape, so nobody is left who could ask. Afterwards outputs of recorded steps cannot be read, except the loss and those
    /// in <paramref name="keep"/>; tensors that no gradient flows through (data, an accuracy) stay until the scope closes.
    /// </para>
    /// </summary>
    public Gradients Backward(Tensor loss, params ReadOnlySpan<Tensor> keep)
    {
        if (walked) throw new InvalidOperationException("Backward has walked this tape already and given its activations back. Compute the loss again in a new step.");
        if (loss.Shape.Count != 1) throw new ArgumentException($"Backward starts from one number, the loss is {loss.Shape}.");
        if (!loss.NeedsGradient) throw new InvalidOperationException("Backward: the loss depends on no parameter, or it was computed before the tape was opened.");
        walked = true;
        loss.IsKept = loss.Memory.IsKept = true;
        foreach (Tensor tensor in keep) tensor.IsKept = tensor.Memory.IsKept = true;
        Gradients gradients = new(this);
        gradients.Add(loss, buffer => Device.Fill(buffer, 1f));
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            Step step = steps[i];
            if (gradients.Take(step.Output) is { } gradOutput)
            {
                step.Backward(gradients, gradOutput);
                if (!gradients.PassedOn(gradOutput)) GiveBack(gradOutput);
            }
            foreach (IDisposable saved in step.Saved)
                if (!gradients.PassedOn(saved)) GiveBack(saved);
            if (!step.Output.IsKept) step.Output.Release();
        }
        steps.Clear();
        return gradients;
    }

    /// <summary>
    /// The first step whose output holds a NaN or an infinity, in words ("Conv2d with visual.block1.conv1.weight [3,3,3,64]"), or null.
    /// Reads every output back, so it must come before <see cref="Backward"/>: where a step has gone wrong, compute its forward pass again and ask then.
    /// </summary>
    public string? FirstNonFinite()
    {
        if (walked) throw new InvalidOperationException("FirstNonFinite reads every output, and Backward has given them back. Compute the forward pass again and ask before Backward.");
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
