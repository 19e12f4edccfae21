// A missing barrier compiles without a complaint: the check against the reference on OpenCL is what finds it. Read next: TrapKernels.cs, OpTests.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed class BarrierTrapTests
{
    private static readonly MatMulShape Shape = new(48, 48, 16);

    [OpenClFact]
    public void OpenCl_product_with_its_barrier_passes_the_check() => OpCheck.AgainstReference(TestDevices.OpenCl, Product(waits: true));

    [OpenClFact]
    public void OpenCl_product_without_its_barrier_is_refused()
    {
        Exception refused = Assert.ThrowsAny<Exception>(() => OpCheck.AgainstReference(TestDevices.OpenCl, Product(waits: false)));
        Assert.Matches("output 0 on OpenCL.*(relative error|Was it written at all)", refused.Message);
    }

    private static OpCase Product(bool waits) => new("MatMul", "16 x 16 tiles of a test", CaseSize.Real)
    {
        Inputs = random => [OpCase.Uniform(random, Shape.LengthA), OpCase.Uniform(random, Shape.LengthB)],
        Forward = x => [MatMulReference.Forward(Shape, Epilogue.None, x[0], x[1], null)],
        RunForward = (device, x, y) => TrapKernels.TileProduct((GpuDevice)device, waits, Shape.M, x[0], x[1], y[0]),
    };
}
