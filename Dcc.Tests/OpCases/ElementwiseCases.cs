// Cases of the element-wise ops. Read next: AllCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class ElementwiseCases
{
    public static IEnumerable<OpCase> All()
    {
        foreach (Unary op in Enum.GetValues<Unary>())
        {
            yield return Unary_(op, "nothing", CaseSize.Small, 0);
            yield return Unary_(op, "odd length", CaseSize.Small, 77);
            yield return Unary_(op, "a conv map", CaseSize.Real, 32 * 64 * 64 * 16 + 3);
        }
    }

    private static OpCase Unary_(Unary op, string name, CaseSize size, int length) => new(op.ToString(), name, size)
    {
        // Away from the kink of ReLU at 0: a central difference would straddle it.
        Inputs = random => [Array.ConvertAll(OpCase.Uniform(random, length, -3f, 3f), x => Math.Abs(x) < 1e-3f ? x + 0.01f : x)],
        Forward = x => [ElementwiseReference.Forward(op, x[0])],
        Backward = (x, gradY) => [ElementwiseReference.Backward(op, x[0], gradY[0])],
        RunForward = (device, x, y) => device.UnaryForward(op, x[0], y[0]),
        RunBackward = (device, x, _, gradY, gradX) => device.UnaryBackward(op, x[0], gradY[0], gradX[0]!),
    };
}
