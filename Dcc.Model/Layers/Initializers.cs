// How weights begin. Values depend on seed and parameter name alone, and are computed on the host: every device starts from the same bits.
// Read next: ConvolutionLayer.cs.
using Dcc.Kernels;

namespace Dcc.Model;

internal sealed class Initializers(ulong seed)
{
    /// <summary>
    /// Normal with deviation sqrt(2 / fan): through ReLU layers it keeps the size of activations where the fan is the inputs of an output, and of gradients where it is the outputs
    /// of an input (He et al. 2015).
    /// </summary>
    public Action<Span<float>> HeNormal(string name, int fan) => values =>
    {
        Philox random = new(seed, Stream(name));
        double deviation = Math.Sqrt(2.0 / fan);
        for (int i = 0; i < values.Length; i++)
        {
            // Box-Muller; 1 - u keeps the logarithm away from zero.
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextFloat())), angle = 2 * Math.PI * random.NextFloat();
            values[i] = (float)(deviation * radius * Math.Cos(angle));
        }
    };

    /// <summary>Uniform within sqrt(6 / (fanIn + fanOut)) of zero (Glorot and Bengio 2010): the released code's choice for W.</summary>
    public Action<Span<float>> GlorotUniform(string name, int fanIn, int fanOut) => values =>
    {
        Philox random = new(seed, Stream(name));
        double limit = Math.Sqrt(6.0 / (fanIn + fanOut));
        for (int i = 0; i < values.Length; i++) values[i] = (float)(limit * (2.0 * random.NextFloat() - 1));
    };

    /// <summary>Uniform within 1 / sqrt(fanIn) of zero: PyTorch's default for weights and biases of a linear layer.</summary>
    public Action<Span<float>> LinearUniform(string name, int fanIn) => values =>
    {
        Philox random = new(seed, Stream(name));
        double limit = 1 / Math.Sqrt(fanIn);
        for (int i = 0; i < values.Length; i++) values[i] = (float)(limit * (2.0 * random.NextFloat() - 1));
    };

    public static Action<Span<float>> Constant(float value) => values => values.Fill(value);

    /// <summary>FNV-1a of the name: a stream of random numbers of its own for each parameter.</summary>
    private static ulong Stream(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in name) hash = unchecked((hash ^ letter) * 1099511628211);
        return hash;
    }
}
