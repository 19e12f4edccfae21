// The visual net (VGG-shaped) and the audio net (VGGish-shaped) are one thing with different blocks. Read next: Clustering.cs.
using Dcc.Tensors;

namespace Dcc.Model;

internal sealed class ConvolutionalNetwork : Network
{
    private readonly NetworkOptions options;
    private readonly ConvolutionLayer[][] blocks;

    public ConvolutionalNetwork(ParameterSet parameters, Initializers initializers, string name, int inChannels, NetworkOptions options)
    {
        this.options = options;
        blocks = new ConvolutionLayer[options.Blocks.Length][];
        for (int b = 0; b < blocks.Length; b++)
        {
            BlockOptions block = options.Blocks[b];
            blocks[b] = new ConvolutionLayer[block.Convolutions];
            for (int c = 0; c < block.Convolutions; c++)
            {
                blocks[b][c] = new ConvolutionLayer(parameters, initializers, $"{name}.block{b + 1}.conv{c + 1}", inChannels, block.Channels, options.BatchNorm);
                inChannels = block.Channels;
            }
        }
    }

    /// <summary>A map is dropped as soon as the next one is there: in inference at most two are in memory.</summary>
    public override Tensor Forward(Tensor x, bool training, Action<Tensor>? afterBlock = null)
    {
        Tensor map = x;
        for (int b = 0; b < blocks.Length; b++)
        for (int c = 0; c < blocks[b].Length; c++)
        {
            bool last = c == blocks[b].Length - 1;
            map = blocks[b][c].Forward(map, dropX: map != x, training, options.Blocks[b].Pool && last, options.PoolFirst, options.PoolCeil);
            if (last) afterBlock?.Invoke(map);
        }
        return map;
    }
}
