// Which variant the small GPU ops take, that each is covered by a case, and how often it is launched. Read next: ../Dcc.Kernels/SoftAssign/GpuSoftAssignChoice.cs.
using Dcc.Kernels;
using Dcc.Tests.OpCases;

namespace Dcc.Tests;

public sealed class GpuSmallOpChoiceTests
{
    private static readonly DeviceLimits card = new(1024, 48 * 1024);

    [Fact]
    public void A_sample_is_held_if_it_and_the_tree_fit()
    {
        Assert.True(GpuSoftAssignChoice.Held(GpuSoftAssignChoice.HeldFloats, card));
        Assert.False(GpuSoftAssignChoice.Held(GpuSoftAssignChoice.HeldFloats + 1, card));
        Assert.True(GpuSoftAssignChoice.Held(1, card with { SharedMemoryBytes = 33 * 1024 }));
        Assert.False(GpuSoftAssignChoice.Held(1, card with { SharedMemoryBytes = 32 * 1024 }));
    }

    [Fact]
    public void One_group_computes_a_loss_up_to_its_arrays()
    {
        Assert.True(GpuMaxMarginChoice.OneGroup(128, 128));
        Assert.False(GpuMaxMarginChoice.OneGroup(129, 129));
        Assert.True(GpuMaxMarginChoice.OneGroup(256, 64));
        Assert.False(GpuMaxMarginChoice.OneGroup(257, 64));
    }

    [Theory]
    [InlineData("MaxMarginInBatch 5, Both, All", "MaxMarginGroupKernel")]
    [InlineData("MaxMarginSampled 7 sounds, 4 pictures", "MaxMarginSampledGroupKernel")]
    [InlineData("SoftAssign three rounds", "SoftAssignForwardHeldKernel")]
    [InlineData("SoftAssign too long for a group's shared memory", "SoftAssignForwardKernel")]
    [InlineData("SoftAssignEuclidean one round", "SoftAssignEuclideanForwardHeldKernel")]
    [InlineData("SoftAssignEuclidean too long for a group's shared memory", "SoftAssignEuclideanForwardKernel")]
    public void The_forward_pass_is_one_launch(string name, string kernel)
    {
        OpCase op = AllCases.List.Single(c => c.ToString() == name);
        using GpuDevice device = GpuDevice.Simulator();
        float[][] inputs = op.Inputs(op.Random());
        double[][] expected = op.Forward(Array.ConvertAll(inputs, values => Array.ConvertAll(values, value => (double)value)));
        DeviceBuffer<float>[] x = Array.ConvertAll(inputs, values => device.Upload<float>(values)), y = Array.ConvertAll(expected, values => device.Rent<float>(values.Length));
        op.RunForward(device, x, y);
        Assert.Equal([(kernel, 1L)], device.Profile.Kernels.Select(k => (k.Name, k.Count)));
    }

    [OpenClTheory]
    [InlineData(32, 64, 8, 16)]
    [InlineData(8, 18, 3, 5)]
    public void A_held_sample_gives_the_bits_of_a_streamed_one(int batch, int positions, int clusters, int dims)
    {
        SoftAssignShape shape = new(batch, positions, clusters, dims, 3);
        GpuDevice device = TestDevices.OpenCl;
        Assert.Equal(Run(device, shape, streamed: true), Run(device, shape, streamed: false));
    }

    private static float[] Run(GpuDevice device, SoftAssignShape shape, bool streamed)
    {
        using DeviceBuffer<float> h = device.Upload<float>(OpCase.Uniform(new Random(3), shape.LengthH)), gradCentres = device.Upload<float>(OpCase.Uniform(new Random(4), shape.LengthCentres));
        using DeviceBuffer<float> centres = device.Rent<float>(shape.LengthCentres), assignments = device.Rent<float>(shape.LengthAssignments), saved = device.Rent<float>(shape.LengthSaved), gradH = device.Rent<float>(shape.LengthH);
        device.StreamsSoftAssign = streamed;
        try
        {
            device.SoftAssignForward(shape, 1f, h, centres, assignments, saved);
            device.SoftAssignBackward(shape, 1f, h, saved, gradCentres, gradH);
        }
        finally { device.StreamsSoftAssign = false; }
        return [.. centres.ToArray(), .. assignments.ToArray(), .. gradH.ToArray()];
    }
}
