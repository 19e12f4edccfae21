// The front end as an op: data in, data out, nothing learns upstream. Read next: ../../Dcc.Kernels/LogMel/README.md.
using Dcc.Kernels;

namespace Dcc.Tensors;

public static partial class Op
{
    /// <summary>Waveforms [batch, samples] -> log-mel spectrograms [batch, frames, bands].</summary>
    public static Tensor LogMel(Tensor waveforms, LogMelPlan plan)
    {
        RequireRank("LogMel", "waveforms", waveforms, 2, "[batch, samples]");
        int batch = waveforms.Shape[0], samples = waveforms.Shape[1];
        Tensor y = Scope.Require(waveforms.Device).New(new TensorShape(batch, plan.Options.Frames(samples), plan.Options.Bands), needsGradient: false);
        waveforms.Device.LogMel(plan, batch, samples, waveforms.Buffer, y.Buffer);
        return y;
    }
}
