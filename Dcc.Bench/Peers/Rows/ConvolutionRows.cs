// 3x3 convolutions of VGG's shapes. Read next: ../../../Dcc.Kernels/Conv2d/README.md.
using Dcc.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Dcc.Bench.Peers.Rows;

internal static class ConvolutionRows
{
    public const string Group = "3x3 convolutions";

    public static IEnumerable<PeerRow> All()
    {
        (int Batch, int Size, int Channels)[] shapes = [(1, 224, 64), (1, 112, 128), (1, 56, 256), (1, 28, 512), (1, 14, 512), (32, 32, 64)];
        foreach ((int batch, int size, int channels) in shapes)
        {
            string name = $"{(batch > 1 ? $"{batch} images, " : "")}{channels} -> {channels} at {size}x{size}";
            Conv2dShape shape = Conv2dShape.Same3x3(batch, size, size, channels, channels);
            yield return new PeerRow(Group, $"{name}, forward with bias and ReLU", null, device => Forward(device, shape));
            yield return new PeerRow(Group, $"{name}, backward to data and weights", null, device => Backward(device, shape));
        }
    }

    private static PeerSides Forward(CpuDevice device, Conv2dShape shape)
    {
        (float[] xValues, float[] weightValues, float[] biasValues) = (Values(shape.LengthX, 1), Values(shape.LengthWeight, 2), Values(shape.OutChannels, 3));
        DeviceBuffer<float> x = device.Upload<float>(xValues), weight = device.Upload<float>(weightValues), bias = device.Upload<float>(biasValues), y = device.Rent<float>(shape.LengthY);
        void Ours() => device.Conv2dForward(shape, Epilogue.BiasRelu, x, weight, bias, y);

        torch.Tensor torchBias = TorchTensors.Of(biasValues, shape.OutChannels);
        List<IDisposable> held = [x, weight, bias, y, torchBias];
        PeerVariant Variant(bool channelsLast)
        {
            torch.Tensor torchX = Map(shape, xValues, channelsLast), torchWeight = Kernel(shape, weightValues, channelsLast);
            held.AddRange([torchX, torchWeight]);
            torch.Tensor Run() => nn.functional.conv2d(torchX, torchWeight, torchBias, padding: [1L, 1L]).relu_();
            return new(Name(channelsLast), () =>
            {
                using DisposeScope scope = NewDisposeScope();
                using (inference_mode()) _ = Run();
            },
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                Ours();
                return new Agreement(Agreement.Difference(y.ToArray(), TorchTensors.FromMap(Run())), 1e-4);
            });
        }
        return new PeerSides(Ours, Variant(channelsLast: false), Variant(channelsLast: true)) { Flops = shape.Flops, Held = held };
    }

    private static PeerSides Backward(CpuDevice device, Conv2dShape shape)
    {
        (float[] xValues, float[] weightValues, float[] gradValues) = (Values(shape.LengthX, 1), Values(shape.LengthWeight, 2), Values(shape.LengthY, 4));
        DeviceBuffer<float> x = device.Upload<float>(xValues), weight = device.Upload<float>(weightValues), gradY = device.Upload<float>(gradValues);
        DeviceBuffer<float> gradX = device.Rent<float>(shape.LengthX), gradWeight = device.Rent<float>(shape.LengthWeight);
        void Ours()
        {
            device.Conv2dBackwardData(shape, weight, gradY, gradX);
            device.Conv2dBackwardWeight(shape, x, gradY, gradWeight);
        }

        List<IDisposable> held = [x, weight, gradY, gradX, gradWeight];
        PeerVariant Variant(bool channelsLast)
        {
            torch.Tensor torchX = Map(shape, xValues, channelsLast).requires_grad_(), torchWeight = Kernel(shape, weightValues, channelsLast).requires_grad_();
            torch.Tensor torchGrad = Map(shape, gradValues, channelsLast), torchY = nn.functional.conv2d(torchX, torchWeight, padding: [1L, 1L]);
            held.AddRange([torchX, torchWeight, torchGrad, torchY]);
            IList<torch.Tensor> Run() => autograd.grad([torchY], [torchX, torchWeight], [torchGrad], retain_graph: true);
            return new(Name(channelsLast), () =>
            {
                using DisposeScope scope = NewDisposeScope();
                _ = Run();
            },
            () =>
            {
                using DisposeScope scope = NewDisposeScope();
                Ours();
                IList<torch.Tensor> gradients = Run();
                return new Agreement(Math.Max(Agreement.Difference(gradX.ToArray(), TorchTensors.FromMap(gradients[0])), Agreement.Difference(gradWeight.ToArray(), TorchTensors.FromKernel(gradients[1]))), 1e-4);
            });
        }
        return new PeerSides(Ours, Variant(channelsLast: false), Variant(channelsLast: true)) { Flops = 2 * shape.Flops, Held = held };
    }

    private static string Name(bool channelsLast) => channelsLast ? "LibTorch, channels last" : "LibTorch, channels first";

    private static torch.Tensor Map(Conv2dShape s, float[] values, bool channelsLast) => TorchTensors.Map(values, s.Batch, s.Height, s.Width, s.InChannels, channelsLast);

    private static torch.Tensor Kernel(Conv2dShape s, float[] values, bool channelsLast) => TorchTensors.Kernel(values, 3, 3, s.InChannels, s.OutChannels, channelsLast);

    private static float[] Values(int count, ulong seed)
    {
        float[] values = new float[count];
        Philox random = new(seed, 0);
        for (int i = 0; i < count; i++) values[i] = random.NextFloat() - 0.5f;
        return values;
    }
}
