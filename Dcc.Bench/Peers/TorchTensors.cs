// Our arrays as LibTorch tensors and back. TorchSharp names no memory format: channels last is made by permuting. Read next: TorchDcc.cs.
using Dcc.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers;

internal static class TorchTensors
{
    public static torch.Tensor Of(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => tensor(values.ToArray(), shape);

    public static torch.Tensor Of(Parameter parameter) => Of(parameter.Value.ToArray(), [.. parameter.Shape.Sizes.ToArray().Select(size => (long)size)]);

    /// <summary>[batch, height, width, channels] as [batch, channels, height, width], in memory as asked for.</summary>
    public static torch.Tensor Map(ReadOnlySpan<float> values, int batch, int height, int width, int channels, bool channelsLast)
    {
        torch.Tensor map = Of(values, batch, height, width, channels).permute(0, 3, 1, 2);
        return channelsLast ? map : map.contiguous();
    }

    /// <summary>Our kernel [height, width, in, out] as [out, in, height, width].</summary>
    public static torch.Tensor Kernel(ReadOnlySpan<float> values, int height, int width, int inChannels, int outChannels, bool channelsLast)
    {
        torch.Tensor kernel = Of(values, height, width, inChannels, outChannels);
        return channelsLast ? kernel.permute(3, 0, 1, 2).contiguous().permute(0, 3, 1, 2) : kernel.permute(3, 2, 0, 1).contiguous();
    }

    /// <summary>A gradient or kernel [out, in, height, width] in our order.</summary>
    public static float[] FromKernel(torch.Tensor kernel) => Values(kernel.permute(2, 3, 1, 0));

    /// <summary>A map [batch, channels, height, width] in our order.</summary>
    public static float[] FromMap(torch.Tensor map) => Values(map.permute(0, 2, 3, 1));

    public static float[] Values(torch.Tensor tensor)
    {
        using torch.Tensor plain = tensor.detach().contiguous();
        return plain.data<float>().ToArray();
    }
}
