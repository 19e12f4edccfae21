// Which devices are found, how one is named, and the sentences where there is none. Read next: Dcc.Kernels/Core/DeviceCatalog.cs.
using Dcc.Kernels;

namespace Dcc.Tests;

public sealed class DevicesTests
{
    [Fact]
    public void Cpu_and_simulator_are_always_found_and_every_name_is_unique()
    {
        DeviceCatalog catalog = DeviceCatalog.Find();
        Assert.Contains(catalog.Found, found => found.Id == "cpu" && found.WhyNotAutomatic is null);
        Assert.Contains(catalog.Found, found => found.Id == "simulator" && found.WhyNotAutomatic is not null);
        Assert.Equal(catalog.Found.Count, catalog.Found.Select(found => found.Id).Distinct().Count());
        Assert.All(catalog.Found, found => Assert.True(found.Memory > 0 && found.Name.Length > 0));
    }

    [Fact]
    public void A_kind_without_device_says_why()
    {
        DeviceCatalog catalog = DeviceCatalog.Find();
        foreach ((DeviceKind kind, string name) in new[] { (DeviceKind.Cuda, "CUDA"), (DeviceKind.OpenCl, "OpenCL") })
            if (!catalog.Found.Any(found => found.Kind == kind))
                Assert.Contains(catalog.Skipped, skipped => skipped.Name.StartsWith(name, StringComparison.Ordinal) && skipped.Reason.EndsWith('.'));
    }

    [Fact]
    public void Every_device_found_opens_under_its_name()
    {
        foreach (FoundDevice found in DeviceCatalog.Find().Found)
        {
            using Device device = Devices.Open(found.Id);
            Assert.Equal(found.Kind, device.Kind);
            Assert.Contains(found.Name.Split(',')[0].Replace("ILGPU's simulator", "Simulator", StringComparison.Ordinal), device.Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Best_is_neither_simulator_nor_an_OpenCL_processor()
    {
        List<string> notes = [];
        using Device device = Devices.Best(notes.Add);
        FoundDevice expected = DeviceCatalog.Find().Found.First(found => found.WhyNotAutomatic is null);
        Assert.Equal(expected.Kind, device.Kind);
        Assert.NotEqual(DeviceKind.Simulator, device.Kind);
        Assert.All(notes, note => Assert.EndsWith(".", note, StringComparison.Ordinal));
    }

    [Theory, InlineData("gpu"), InlineData(""), InlineData("cpu:0"), InlineData("cuda:"), InlineData("cuda:-1"), InlineData("opencl:x"), InlineData("cuda:0:1"), InlineData("auto:1")]
    public void A_name_that_is_none_lists_the_names_there_are(string name)
    {
        string message = Assert.Throws<DeviceNotFoundException>(() => Devices.Open(name)).Message;
        Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
        Assert.Contains("this machine has", message, StringComparison.Ordinal);
        Assert.Contains("cpu", message, StringComparison.Ordinal);
    }

    [Theory, InlineData("cuda:99"), InlineData("opencl:99")]
    public void A_device_that_is_not_there_is_named(string name)
    {
        string message = Assert.Throws<DeviceNotFoundException>(() => Devices.Open(name)).Message;
        Assert.Contains("99", message, StringComparison.Ordinal);
        Assert.Contains("--device cpu", message, StringComparison.Ordinal);
    }

    [Theory, InlineData("CPU", DeviceKind.Cpu), InlineData(" Simulator ", DeviceKind.Simulator)]
    public void Names_ignore_case_and_blanks(string name, DeviceKind kind)
    {
        using Device device = Devices.Open(name);
        Assert.Equal(kind, device.Kind);
    }
}
