// A convolution's weights as its kernel reads them, made once for many calls. Read next: Device.Conv2d.cs, CpuDevice.Conv2dWinograd.cs.
namespace Dcc.Kernels;

/// <summary>
/// Made by <see cref="Device.PrepareConv2d"/>, given to the forward passes beside the weights that it was made from. It knows nothing of later changes of those: whoever
/// changes them disposes it. Results are the same bits with and without.
/// </summary>
public sealed class PreparedWeights : IDisposable
{
    internal PreparedWeights(Conv2dPath path, int inChannels, int outChannels, DeviceBuffer<float> values)
    {
        Path = path;
        InChannels = inChannels;
        OutChannels = outChannels;
        Values = values;
    }

    internal Conv2dPath Path { get; }

    internal int InChannels { get; }

    internal int OutChannels { get; }

    /// <summary>Transformed, [panel][plane][in channel][panel width].</summary>
    internal DeviceBuffer<float> Values { get; }

    /// <summary>Memory that it takes beside the weights.</summary>
    public long Bytes => 4L * Values.Length;

    /// <summary>Gives the memory back to the device.</summary>
    public void Dispose() => Values.Dispose();
}
