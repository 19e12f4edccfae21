// Projection, all rounds of clustering, and the way back to u and W. Read next: OurDcc.cs, ../../Dcc.Model/Networks/Clustering.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Bench.Workloads;

/// <summary>A loss is needed to start from: all mismatched pairs with fixed centres. It is some thousandth of the work.</summary>
internal sealed class OurClustering : IDisposable
{
    private readonly CpuDevice device;
    private readonly int batch, clusters, dims, rounds;
    private readonly ParameterSet parameters = new();

    public OurClustering(CpuDevice device, int batch, int positions, int channels, int clusters, int dims, int rounds)
    {
        (this.device, this.batch, this.clusters, this.dims, this.rounds) = (device, batch, clusters, dims, rounds);
        Philox random = new(5, 0);
        void Fill(Span<float> values, float low, float high)
        {
            foreach (ref float value in values) value = low + (high - low) * random.NextFloat();
        }
        U = parameters.Add("u", new TensorShape(batch, positions, channels), values => Fill(values, 0f, 0.1f));
        Weight = parameters.Add("weight", new TensorShape(channels, clusters * dims), values => Fill(values, -0.1f, 0.1f));
        parameters.Build(device);
        Images = new float[batch * clusters * dims];
        Fill(Images, -1f, 1f);
    }

    /// <summary>[batch, positions, channels].</summary>
    public Parameter U { get; }

    /// <summary>[channels, clusters * dims].</summary>
    public Parameter Weight { get; }

    /// <summary>The fixed centres, [batch, clusters, dims].</summary>
    public float[] Images { get; }

    /// <summary>Gradients go to <see cref="U"/> and <see cref="Weight"/>; returns the loss.</summary>
    public float Step()
    {
        using Tape tape = device.BeginStep();
        (Tensor centres, _) = Op.ProjectedAssign(U.Value, Weight.Value, clusters, rounds, sharpness: 1f);
        Tensor loss = Op.MaxMargin(Op.CentreSimilarity(centres, Tensor.From(device, new TensorShape(batch, clusters, dims), Images)), clusters).Loss;
        tape.Backward(loss);
        return loss.Item();
    }

    public void Dispose() => parameters.Dispose();
}
