// The constants of Adam and SGD. Read next: Optimizers.Reference.cs.
namespace Dcc.Kernels;

/// <summary>Kingma and Ba, 2015. Weight decay is added to the gradient (L2), as PyTorch's Adam does; 0 for none.</summary>
public readonly record struct AdamOptions(float LearningRate = 1e-4f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float WeightDecay = 0f)
{
    public void Validate(int step)
    {
        if (!(LearningRate >= 0 && float.IsFinite(LearningRate)) || Beta1 is not (>= 0 and < 1) || Beta2 is not (>= 0 and < 1) || !(Epsilon > 0) || !(WeightDecay >= 0))
            throw new ArgumentException($"Adam: rate >= 0, betas in [0, 1), epsilon > 0 and decay >= 0 are needed, got {this}.");
        if (step < 1) throw new ArgumentException($"Adam: steps count from 1, got {step}.");
    }
}

/// <summary>Momentum: velocity = momentum * velocity + gradient; parameter -= rate * velocity, as PyTorch's SGD.</summary>
public readonly record struct SgdOptions(float LearningRate, float Momentum = 0.9f, float WeightDecay = 0f)
{
    public void Validate()
    {
        if (!(LearningRate >= 0 && float.IsFinite(LearningRate)) || Momentum is not (>= 0 and < 1) || !(WeightDecay >= 0))
            throw new ArgumentException($"Sgd: rate >= 0, momentum in [0, 1) and decay >= 0 are needed, got {this}.");
    }
}
