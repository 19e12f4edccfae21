// The constants of Adam and SGD. Read next: Optimizers.Reference.cs.
namespace Dcc.Kernels;

/// <summary>
/// Kingma and Ba, 2015. <paramref name="WeightDecay"/> is added to the gradient (L2), as PyTorch's Adam does; <paramref name="DecoupledDecay"/> is the share of a
/// parameter that a step of rate 1 takes away beside the moments (AdamW). 0 for none.
/// </summary>
public readonly record struct AdamOptions(float LearningRate = 1e-4f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0f, float DecoupledDecay = 0f)
{
    public void Validate(in AdamStepOptions step, int length)
    {
        if (!(LearningRate >= 0 && float.IsFinite(LearningRate)) || Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1) || !(Epsilon > 0) || !(WeightDecay >= 0) || !(DecoupledDecay >= 0))
            throw new ArgumentException($"Adam: rate >= 0, betas in [0, 1), epsilon > 0 and decays >= 0 are needed, got {this}.");
        if (step.Number < 1 || step.Decayed < 0 || step.Decayed > length || step.AverageDecay is not (>= 0 and < 1))
            throw new ArgumentException($"Adam: steps count from 1, 0..{length} parameters can decay and an average keeps a share in [0, 1), got {step}.");
    }
}

/// <summary>
/// What one step of Adam does beside the options. <paramref name="Number"/> counts from 1; the first <paramref name="Decayed"/> parameters lose their decoupled decay;
/// a running average of the parameters keeps <paramref name="AverageDecay"/> of itself.
/// </summary>
public readonly record struct AdamStepOptions(int Number, int Decayed = 0, float AverageDecay = 0f);

/// <summary>Momentum: velocity = momentum * velocity + gradient; parameter -= rate * velocity, as PyTorch's SGD.</summary>
public readonly record struct SgdOptions(float LearningRate, float Momentum = 0.9f, float WeightDecay = 0f)
{
    public void Validate()
    {
        if (!(LearningRate >= 0 && float.IsFinite(LearningRate)) || Momentum is not (>= 0 and < 1) || !(WeightDecay >= 0))
            throw new ArgumentException($"Sgd: rate >= 0, momentum in [0, 1) and decay >= 0 are needed, got {this}.");
    }
}
