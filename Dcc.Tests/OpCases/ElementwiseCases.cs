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
        yield return Multiply("odd length", CaseSize.Small, 77);
        yield return Multiply("a batch of spectrograms", CaseSize.Real, 32 * 96 * 64 + 5);
        yield return Axpby("y = 2 x - y / 2", CaseSize.Small, 77, 2f, -0.5f);
        yield return Axpby("y = 2 x", CaseSize.Real, 100_003, 2f, 0f);
    }

    private static OpCase Multiply(string name, CaseSize size, int length) => new("Multiply", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, length), OpCase.Uniform(random, length)],
        Forward = x => [x[0].Zip(x[1], (a, b) => a * b).ToArray()],
        Backward = (x, gradY) => [gradY[0].Zip(x[1], (g, b) => g * b).ToArray(), gradY[0].Zip(x[0], (g, a) => g * a).ToArray()],
        RunForward = (device, x, y) => device.Multiply(x[0], x[1], y[0]),
        RunBackward = (device, x, _, gradY, gradX) =>
        {
            device.Multiply(gradY[0], x[1], gradX[0]!);
            device.Multiply(gradY[0], x[0], gradX[1]!);
        },
    };

    private static OpCase Axpby(string name, CaseSize size, int length, float scaleX, float scaleY) => new("Axpby", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, length), OpCase.Uniform(random, length)],
        Forward = x => [x[0].Zip(x[1], (a, b) => scaleX * a + scaleY * b).ToArray()],
        RunForward = (device, x, y) =>
        {
            // With scaleY = 0 the output starts as NaN, which must not be read.
            if (scaleY != 0f) device.Axpby(1f, x[1], 0f, y[0]);
            device.Axpby(scaleX, x[0], scaleY, y[0]);
        },
    };

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
