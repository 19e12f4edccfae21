// A change of sample rate as an op: data in, data out, nothing learns upstream. Read next: ../../Dcc.Kernels/Resample/README.md.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>Waveforms [batch, samples] at the plan's source rate -> [batch, plan.OutputLength(samples)] at its target rate.</summary>
    public static Tensor Resample(Tensor x, ResamplePlan plan)
    {
        RequireRank("Resample", "x", x, 2, "[batch, samples]");
        int batch = x.Shape[0], samples = x.Shape[1];
        Tensor y = Scope.Require(x.Device).New(new TensorShape(batch, plan.OutputLength(samples)), needsGradient: false);
        x.Device.Resample(plan, batch, samples, x.Buffer, y.Buffer);
        return y;
    }
}
