// The factor by which an optimiser multiplies gradients; it stays on the device. Read next: Adam.cs.
using Dcc.Kernels;

namespace Dcc.Tensors;

internal sealed class GradientClip : IDisposable
{
    private readonly ParameterSet parameters;
    private readonly DeviceBuffer<float> norm;

    public GradientClip(ParameterSet parameters)
    {
        this.parameters = parameters;
        Device device = parameters.Values.Device;
        norm = device.Rent<float>(1);
        Scale = device.Rent<float>(1);
        device.Fill(Scale, 1f);
    }

    /// <summary>[1]: what each gradient is multiplied by; 1 until something is measured.</summary>
    public DeviceBuffer<float> Scale { get; }

    /// <summary>Sets <see cref="Scale"/> so that the gradient is at most <paramref name="maxNorm"/> long, and returns its length before.</summary>
    public float Measure(float maxNorm)
    {
        Measure(maxNorm, norm);
        Span<float> value = stackalloc float[1];
        norm.CopyTo(value);
        return value[0];
    }

    /// <summary>The same without waiting for the device: the length goes into <paramref name="length"/> [1].</summary>
    public void Measure(float maxNorm, DeviceBuffer<float> length)
    {
        length.Device.L2Norm(parameters.GradientValues, length);
        length.Device.ClipScale(length, maxNorm, Scale);
    }

    public void Dispose()
    {
        norm.Dispose();
        Scale.Dispose();
    }
}
