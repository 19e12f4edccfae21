// Measured tile choices: kept in a file that can be read, deleted or damaged, and never a change of result. Read next: Dcc.Kernels/Gpu/GpuTuning.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class GpuTuningTests
{
    private static readonly DeviceLimits card = new(1024, 48 * 1024);

    [Fact]
    public void What_was_measured_is_found_again_in_the_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path(Path.Combine("deep", "tuning.json"));
        GpuTuning tuning = new("card", path);
        Assert.Null(tuning.Find("product"));
        Assert.Equal(ProductVariant.Tile64, tuning.Add("product", [(ProductVariant.Tile16, 9.25), (ProductVariant.Tile64, 3), (ProductVariant.Tile128, 4)]));
        GpuTuning again = new("card", path);
        Assert.Equal(ProductVariant.Tile64, again.Find("product"));
        Assert.Null(again.Problem);
        Assert.Contains("\"Tile16\": 9.2", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"device\": \"card\"}")]
    [InlineData("{\"device\": \"card\", \"products\": [{\"product\": \"p\", \"rung\": \"Tile7\", \"microseconds\": {}}]}")]
    [InlineData("{\"device\": \"another\", \"products\": []}")]
    public void A_file_that_cannot_be_used_is_measured_anew_and_says_so(string content)
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("tuning.json");
        File.WriteAllText(path, content);
        GpuTuning tuning = new("card", path);
        Assert.Equal(0, tuning.Count);
        Assert.Contains(path, tuning.Problem, StringComparison.Ordinal);
        Assert.Contains("Delete the file", tuning.Problem, StringComparison.Ordinal);
        tuning.Add("product", [(ProductVariant.Tile16, 1)]);
        Assert.Equal(ProductVariant.Tile16, new GpuTuning("card", path).Find("product"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_costs_the_measurement_only()
    {
        using TemporaryFolder folder = new();
        string file = folder.Path("file");
        File.WriteAllText(file, "");
        GpuTuning tuning = new("card", Path.Combine(file, "tuning.json"));
        Assert.Equal(ProductVariant.Tile16, tuning.Add("product", [(ProductVariant.Tile16, 1)]));
        Assert.Contains("cannot be kept", tuning.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_lies_in_the_users_cache_under_the_devices_name() =>
        Assert.EndsWith(Path.Combine("dcc", "tuning-cuda-nvidia-h100-80gb.json"), GpuTuning.DefaultPath("CUDA (NVIDIA H100 80GB)"), StringComparison.Ordinal);

    [Fact]
    public void Only_rungs_that_a_device_can_run_are_measured()
    {
        ProductSizes sizes = ProductSizes.Of(1, 512, 512, 512);
        Assert.Equal([ProductVariant.Tile16, ProductVariant.Tile64, ProductVariant.Tile128, ProductVariant.Tile256], GpuKernelChoice.Candidates(sizes, ProductReads.FoursNarrow, card));
        Assert.Equal([ProductVariant.Tile16, ProductVariant.Tile64], GpuKernelChoice.Candidates(sizes, ProductReads.Single, card));
        Assert.Equal([ProductVariant.Naive], GpuKernelChoice.Candidates(sizes, ProductReads.FoursNarrow, new DeviceLimits(16, 48 * 1024)));
        Assert.Equal([ProductVariant.Naive], GpuKernelChoice.Candidates(ProductSizes.Of(1, 1, 512, 512), ProductReads.FoursNarrow, card));
    }

    [OpenClFact]
    public void OpenCl_measures_a_product_once_and_gives_the_same_bits()
    {
        using TemporaryFolder folder = new();
        string path = folder.Path("tuning.json");
        GpuDevice device = TestDevices.OpenCl;
        MatMulShape shape = new(1, 136, 132, 64);
        Random random = new(1);
        using DeviceBuffer<float> a = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthA)), b = device.Upload<float>(OpCases.OpCase.Uniform(random, shape.LengthB)), c = device.Rent<float>(shape.LengthC);
        device.MatMul(shape, Epilogue.None, a, b, null, c);
        float[] expected = c.ToArray();
        try
        {
            device.Tuning = new GpuTuning(device.Name, path);
            device.MatMul(shape, Epilogue.None, a, b, null, c);
            Assert.Equal(expected, c.ToArray());
            Assert.Equal(1, device.Tuning.Count);
            device.Profile.Reset();
            device.MatMul(shape, Epilogue.None, a, b, null, c);
            Assert.Equal(1, device.Profile.Launches);
            Assert.Equal(expected, c.ToArray());
            Assert.Equal(1, new GpuTuning(device.Name, path).Count);
        }
        finally { device.Tuning = null; }
    }
}
