// Cases of the matrix product: odd sizes, borders of tiles, all four transpositions, batches, chunked sums, epilogues, and the products of the demo and the paper.
// Read next: Conv2dCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class MatMulCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Case("1x1x1", CaseSize.Small, new(1, 1, 1));
        foreach (bool transposeA in new[] { false, true })
        foreach (bool transposeB in new[] { false, true })
        {
            string turned = $"{(transposeA ? "T" : "N")}{(transposeB ? "T" : "N")}";
            yield return Case($"odd sizes {turned}", CaseSize.Small, new(2, 5, 7, 3, transposeA, transposeB));
            yield return Case($"whole and broken tiles {turned}", CaseSize.Real, new(3, 131, 77, 65, transposeA, transposeB));
            yield return Case($"whole and broken 128-tiles {turned}", CaseSize.Real, new(2, 148, 260, 72, transposeA, transposeB), Epilogue.Bias);
        }
        yield return Case("bias", CaseSize.Small, new(6, 5, 4), Epilogue.Bias);
        yield return Case("bias and ReLU", CaseSize.Small, new(6, 5, 4), Epilogue.BiasRelu);
        yield return Case("bias and ReLU, more than a tile", CaseSize.Real, new(100, 70, 33), Epilogue.BiasRelu);
        yield return Case("a long sum, in two chunks", CaseSize.Small, new(2, 2, 3, 517), Epilogue.BiasRelu);
        yield return Case("whole 64-tiles", CaseSize.Real, new(64, 128, 32));
        yield return Case("one more than whole 64-tiles", CaseSize.Real, new(65, 129, 33), Epilogue.BiasRelu);
        yield return Case("one less than whole 64-tiles", CaseSize.Real, new(2, 63, 127, 31, TransposeB: true));
        yield return Case("whole 16-tiles", CaseSize.Real, new(16, 16, 16));
        yield return Case("skinny, broken 16-tiles", CaseSize.Real, new(2, 33, 10, 17, TransposeA: true), Epilogue.Bias);
        yield return Case("a vector times a matrix", CaseSize.Real, new(1, 130, 300));
        yield return Case("few long sums, in chunks of 64-tiles", CaseSize.Real, new(2, 70, 40, 2999, TransposeA: true), Epilogue.BiasRelu);
        yield return Case("long sums, in chunks of 128-tiles", CaseSize.Real, new(1, 200, 132, 3000), Epilogue.BiasRelu);
        yield return Case("projection of the demo's image maps", CaseSize.Real, new(32 * 64, 160, 128));
        yield return Case("gradient of the paper's projection", CaseSize.Real, new(1, 512, 160, 4 * 256, TransposeA: true));
    }

    private static OpCase Case(string name, CaseSize size, MatMulShape shape, Epilogue epilogue = Epilogue.None)
    {
        bool hasBias = epilogue != Epilogue.None;
        return new("MatMul", name, size)
        {
            Inputs = random => hasBias
                ? [OpCase.Uniform(random, shape.LengthA), OpCase.Uniform(random, shape.LengthB), OpCase.Uniform(random, shape.N)]
                : [OpCase.Uniform(random, shape.LengthA), OpCase.Uniform(random, shape.LengthB)],
            Forward = x => [MatMulReference.Forward(shape, epilogue, x[0], x[1], hasBias ? x[2] : null)],
            RunForward = (device, x, y) => device.MatMul(shape, epilogue, x[0], x[1], hasBias ? x[2] : null, y[0]),
            Flops = shape.Flops,
        };
    }
}

public static class ColumnSumsCases
{
    public static IEnumerable<OpCase> All()
    {
        yield return Case("few rows", CaseSize.Small, 3, 5);
        yield return Case("many rows", CaseSize.Real, 32 * 64 * 64, 17);
    }

    private static OpCase Case(string name, CaseSize size, int rows, int columns) => new("ColumnSums", name, size)
    {
        Inputs = random => [OpCase.Uniform(random, rows * columns)],
        Forward = x =>
        {
            double[] sums = new double[columns];
            for (int i = 0; i < x[0].Length; i++) sums[i % columns] += x[0][i];
            return [sums];
        },
        RunForward = (device, x, y) => device.ColumnSums(rows, columns, x[0], y[0]),
        Tolerance = 2e-5, // float sums of 131,072 terms that mostly cancel
    };
}
