// What the two kinds of network have in common, and which one the options ask for. Read next: ConvolutionalNetwork.cs, ResidualNetwork.cs.
using Dcc.Tensors;

namespace Dcc.Model;

internal abstract class Network
{
    /// <summary>
    /// x [batch, height, width, channels] -> conv map [batch, height', width', out channels], of the size that <see cref="NetworkOptions.MapSize"/> tells. A map is dropped as
    /// soon as its last reader is done: in inference no more are in memory than the next layer reads. x stays the caller's.
    /// <paramref name="afterBlock"/> is shown the map of each block or stage while it is there.
    /// </summary>
    public abstract Tensor Forward(Tensor x, bool training, Action<Tensor>? afterBlock = null);

    /// <summary>The network that the options ask for; every parameter's name begins with <paramref name="name"/>, visual or audio.</summary>
    public static Network Create(ParameterSet parameters, Initializers initializers, string name, int inChannels, NetworkOptions options) => options.Architecture switch
    {
        NetworkArchitecture.Residual => new ResidualNetwork(parameters, initializers, name, inChannels, options),
        _ => new ConvolutionalNetwork(parameters, initializers, name, inChannels, options),
    };
}
