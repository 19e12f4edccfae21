// Cases of the convolution and its gradients. Read next: AllCases.cs.
using Dcc.Kernels;

namespace Dcc.Tests.OpCases;

public static class Conv2dCases
{
    public static IEnumerable<OpCase> All() => WithShapes().Select(c => c.Case);

    /// <summary>The cases and what they convolve, for tests that look at one path.</summary>
    public static IEnumerable<(OpCase Case, Conv2dShape Shape)> WithShapes()
    {
        yield return Case("1x1 of one pixel", CaseSize.Small, new(1, 1, 1, 1, 1, 1, 1));
        yield return Case("3x3 same", CaseSize.Small, Conv2dShape.Same3x3(2, 5, 6, 3, 4));
        yield return Case("3x3 same, bias and ReLU", CaseSize.Small, Conv2dShape.Same3x3(1, 4, 5, 2, 3), Epilogue.BiasRelu);
        yield return Case("3x3, no padding", CaseSize.Small, new(2, 7, 6, 3, 2, 3, 3), Epilogue.Bias);
        yield return Case("3x3, padding 2", CaseSize.Small, new(1, 3, 5, 2, 3, 3, 3, Padding: 2));
        yield return Case("1x1", CaseSize.Small, new(2, 3, 4, 5, 6, 1, 1), Epilogue.Bias);
        yield return Case("7x7 stride 2", CaseSize.Small, new(1, 9, 11, 1, 3, 7, 7, Stride: 2, Padding: 3));
        yield return Case("2x3 kernel, stride 3, no padding", CaseSize.Small, new(1, 8, 7, 2, 2, 2, 3, Stride: 3));
        yield return Case("dilation 2", CaseSize.Small, new(1, 7, 8, 2, 3, 3, 3, Padding: 2, Dilation: 2));
        yield return Case("padding wider than the kernel", CaseSize.Small, new(1, 3, 3, 2, 2, 2, 2, Padding: 3));
        yield return Case("1x1 stride 2", CaseSize.Small, new(1, 5, 5, 3, 2, 1, 1, Stride: 2));
        yield return Case("3x3 stride 2, dilation 2", CaseSize.Small, new(1, 11, 9, 2, 2, 3, 3, Stride: 2, Padding: 1, Dilation: 2));
        yield return Case("weight gradient in chunks", CaseSize.Small, Conv2dShape.Same3x3(2, 17, 16, 1, 2), Epilogue.Bias);
        yield return Case("whole 64-tiles", CaseSize.Real, Conv2dShape.Same3x3(1, 8, 8, 64, 64));
        yield return Case("one more than whole 64-tiles", CaseSize.Real, new(1, 5, 13, 65, 65, 1, 1), Epilogue.BiasRelu);
        yield return Case("one less than whole 64-tiles", CaseSize.Real, new(1, 11, 11, 7, 63, 3, 3, Stride: 2, Padding: 1, Dilation: 2));
        yield return Case("whole 16-tiles", CaseSize.Real, new(1, 4, 4, 16, 16, 1, 1));
        yield return Case("first visual layer", CaseSize.Real, Conv2dShape.Same3x3(2, 64, 64, 3, 16), Epilogue.BiasRelu);
        yield return Case("first audio layer", CaseSize.Real, Conv2dShape.Same3x3(2, 96, 64, 1, 16), Epilogue.BiasRelu);
        yield return Case("middle layer, 33 to 47 channels", CaseSize.Real, Conv2dShape.Same3x3(3, 17, 19, 33, 47));
        yield return Case("last layer, small map", CaseSize.Real, Conv2dShape.Same3x3(4, 8, 8, 128, 128), Epilogue.BiasRelu);
        yield return Case("last layer of the paper", CaseSize.Real, Conv2dShape.Same3x3(1, 16, 16, 256, 256));
        yield return Case("ResNet stem", CaseSize.Real, new(1, 56, 56, 3, 64, 7, 7, Stride: 2, Padding: 3));
        yield return Pooled("3x3 same, bias and ReLU, pooled", CaseSize.Small, Conv2dShape.Same3x3(2, 5, 6, 2, 3), Epilogue.BiasRelu);
        yield return Pooled("3x3 same, pooled with ceil", CaseSize.Small, Conv2dShape.Same3x3(1, 5, 7, 2, 3), Epilogue.None, ceil: true);
        yield return Pooled("tiles of four, pooled with ceil", CaseSize.Real, Conv2dShape.Same3x3(2, 15, 17, 24, 40), Epilogue.BiasRelu, ceil: true);
        yield return Pooled("tiles of four, pooled", CaseSize.Real, Conv2dShape.Same3x3(1, 31, 22, 16, 64), Epilogue.Bias);
        yield return Pooled("first visual layer, pooled", CaseSize.Real, Conv2dShape.Same3x3(2, 64, 64, 3, 16));
        yield return Pooled("tiles of two, pooled", CaseSize.Real, Conv2dShape.Same3x3(1, 6, 6, 64, 64), Epilogue.BiasRelu);
        yield return Case("many channels, one odd tile", CaseSize.Real, Conv2dShape.Same3x3(1, 13, 9, 270, 258), Epilogue.BiasRelu);
        yield return Case("whole and broken 128-tiles, 5x5", CaseSize.Real, new(2, 15, 18, 24, 136, 5, 5, Padding: 2), Epilogue.BiasRelu);
        yield return Case("128-tiles, dilation 2", CaseSize.Real, new(1, 20, 14, 136, 120, 3, 3, Padding: 2, Dilation: 2), Epilogue.Bias);
        yield return Case("128-tiles, 3x2 stride 2", CaseSize.Real, new(2, 33, 30, 40, 128, 3, 2, Stride: 2, Padding: 1));
        yield return Case("strided 3x3", CaseSize.Real, new(2, 28, 28, 32, 64, 3, 3, Stride: 2, Padding: 1));
    }

    private static (OpCase Case, Conv2dShape Shape) Case(string name, CaseSize size, Conv2dShape shape, Epilogue epilogue = Epilogue.None)
    {
        bool hasBias = epilogue != Epilogue.None;
        return (new("Conv2d", name, size)
        {
            Inputs = random =>
            {
                // A ReLU's kink must not lie within the step of a central difference: with these seeds no sum comes that close to 0.
                float[] x = OpCase.Uniform(random, shape.LengthX), weight = OpCase.Uniform(random, shape.LengthWeight);
                return hasBias ? [x, weight, OpCase.Uniform(random, shape.OutChannels)] : [x, weight];
            },
            Forward = x => [Conv2dReference.Forward(shape, epilogue, x[0], x[1], hasBias ? x[2] : null)],
            Backward = (x, gradY) =>
            {
                double[] grad = gradY[0];
                if (epilogue == Epilogue.BiasRelu) grad = ElementwiseReference.Backward(Unary.Relu, Conv2dReference.Forward(shape, epilogue, x[0], x[1], x[2]), grad);
                double[] gradX = Conv2dReference.BackwardData(shape, x[1], grad), gradWeight = Conv2dReference.BackwardWeight(shape, x[0], grad);
                return hasBias ? [gradX, gradWeight, Conv2dReference.BackwardBias(shape, grad)] : [gradX, gradWeight];
            },
            RunForward = (device, x, y) => device.Conv2dForward(shape, epilogue, x[0], x[1], hasBias ? x[2] : null, y[0]),
            RunBackward = (device, x, y, gradY, gradX) =>
            {
                // The epilogue's gradient is taken in place, and the case's gradient is needed again.
                using DeviceBuffer<float> grad = device.Rent<float>(shape.LengthY);
                device.Axpby(1f, gradY[0], 0f, grad);
                if (hasBias) device.EpilogueBackward(epilogue, shape.LengthY / shape.OutChannels, shape.OutChannels, y[0], grad, gradX[2]!);
                device.Conv2dBackwardData(shape, x[1], grad, gradX[0]!);
                device.Conv2dBackwardWeight(shape, x[0], grad, gradX[1]!);
            },
            Tolerance = 5e-6, // float sums of up to 2,304 products of mixed sign
            Flops = shape.Flops,
        }, shape);
    }

    /// <summary>Convolution and pool in one op.</summary>
    private static (OpCase Case, Conv2dShape Shape) Pooled(string name, CaseSize size, Conv2dShape shape, Epilogue epilogue = Epilogue.None, bool ceil = false)
    {
        bool hasBias = epilogue != Epilogue.None;
        PoolShape pool = shape.Pooled(ceil);
        OpCase plain = Case(name, size, shape, epilogue).Case;
        double[] Map(double[][] x) => Conv2dReference.Forward(shape, epilogue, x[0], x[1], hasBias ? x[2] : null);
        return (plain with
        {
            Op = "Conv2dPool",
            Forward = x => [PoolingReference.MaxForward(pool, Map(x))],
            Backward = (x, gradY) => plain.Backward!(x, [PoolingReference.MaxBackward(pool, Map(x), gradY[0])]),
            RunForward = (device, x, y) => device.Conv2dPoolForward(shape, ceil, epilogue, x[0], x[1], hasBias ? x[2] : null, y[0], null),
            RunBackward = (device, x, y, gradY, gradX) =>
            {
                using DeviceBuffer<byte> winners = device.Rent<byte>(pool.LengthY);
                using DeviceBuffer<float> again = device.Rent<float>(pool.LengthY), gradSum = device.Rent<float>(shape.LengthY);
                device.Conv2dPoolForward(shape, ceil, epilogue, x[0], x[1], hasBias ? x[2] : null, again, winners);
                device.Conv2dPoolBackward(shape, ceil, winners, gradY[0], gradSum, hasBias ? gradX[2] : null);
                device.Conv2dBackwardData(shape, x[1], gradSum, gradX[0]!);
                device.Conv2dBackwardWeight(shape, x[0], gradSum, gradX[1]!);
            },
        }, shape);
    }
}
