// Operations of the model's forward pass and training step. Read next: OurDcc.cs.
using Dcc.Model;

namespace Dcc.Bench.Workloads;

/// <summary>Operations of a model's convolutions and projections, a multiply-add counting two; what else there is, is small.</summary>
internal static class Work
{
    public static double Forward(DccOptions options, int images, int sounds) =>
        images * Network(options, options.Visual, options.FrameSize, options.FrameSize, 3) + sounds * Network(options, options.Audio, options.SpectrogramFrames, options.LogMel.Bands, 1);

    /// <summary>Backward is twice forward, less the data gradient of the two first layers.</summary>
    public static double Step(DccOptions options, int images, int sounds) => 3 * Forward(options, images, sounds)
        - images * 18.0 * options.FrameSize * options.FrameSize * 3 * options.Visual.Blocks[0].Channels - sounds * 18.0 * options.SpectrogramFrames * options.LogMel.Bands * options.Audio.Blocks[0].Channels;

    private static double Network(DccOptions options, NetworkOptions network, int height, int width, int channels)
    {
        double flops = 0;
        foreach (BlockOptions block in network.Blocks)
        {
            for (int c = 0; c < block.Convolutions; c++)
            {
                flops += 18.0 * height * width * channels * block.Channels;
                channels = block.Channels;
            }
            if (block.Pool) (height, width) = network.PoolCeil ? ((height + 1) / 2, (width + 1) / 2) : (height / 2, width / 2);
        }
        return flops + 2.0 * height * width * channels * options.Clusters * options.Dims;
    }
}
