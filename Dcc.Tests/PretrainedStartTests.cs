// A pretrained start: networks are taken whole or refused, clustering weights where they fit. Read next: ../Dcc.Model/Training/PretrainedStart.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class PretrainedStartTests : IDisposable
{
    private readonly CpuDevice device = new();
    private readonly string path = Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");

    public void Dispose()
    {
        device.Dispose();
        File.Delete(path);
    }

    [Fact]
    public void One_network_alone_is_taken_and_the_rest_stays_as_initialised()
    {
        Write(change: null, keep: name => name.StartsWith("visual.", StringComparison.Ordinal));
        using DccModel model = DccModel.Create(device, TrainingTests.Tiny, 2), untouched = DccModel.Create(device, TrainingTests.Tiny, 2), source = DccModel.Create(device, TrainingTests.Tiny, 1);
        (IReadOnlyList<string> taken, IReadOnlyList<string> initialized) = PretrainedStart.Read(path).Apply(model);
        Assert.All(taken, name => Assert.StartsWith("visual.", name, StringComparison.Ordinal));
        Assert.Contains("projection.weight", initialized);
        Assert.Equal(model.Parameters.All.Count, taken.Count + initialized.Count);
        foreach ((Parameter now, Parameter before, Parameter from) in model.Parameters.All.Zip(untouched.Parameters.All, source.Parameters.All))
            Assert.Equal((taken.Contains(now.Name) ? from : before).Value.ToArray(), now.Value.ToArray());
    }

    [Fact]
    public void A_model_of_another_K_gives_its_networks_and_its_preprocessing()
    {
        DccOptions made = TrainingTests.Tiny with { Clusters = 5, PictureScale = PictureScale.CaffeBgrMean, SpectrogramMean = 0.25f, LogMel = LogMelOptions.Vggish with { MaxHz = 7000 } };
        using (DccModel source = DccModel.Create(device, made, 1)) source.Save(path);
        PretrainedStart start = PretrainedStart.Read(path);
        DccOptions fitted = start.Fit(TrainingTests.Tiny);
        Assert.Equal(TrainingTests.Tiny with { PictureScale = PictureScale.CaffeBgrMean, SpectrogramMean = 0.25f, LogMel = made.LogMel }, fitted);
        using DccModel model = DccModel.Create(device, fitted, 2);
        Assert.Equal(["projection.weight", "audio.mean_centre"], start.Apply(model).Initialized);
    }

    [Fact]
    public void Picture_scale_of_the_metadata_is_taken_over_for_a_visual_network_alone()
    {
        Write(file => file.Metadata["picture_scale"] = "Torchvision", name => name.StartsWith("visual.", StringComparison.Ordinal));
        Assert.Equal(PictureScale.Torchvision, PretrainedStart.Read(path).Fit(TrainingTests.Tiny).PictureScale);
        Write(file => file.Metadata["picture_scale"] = "Torchvision", name => name.StartsWith("audio.", StringComparison.Ordinal));
        Assert.Equal(TrainingTests.Tiny, PretrainedStart.Read(path).Fit(TrainingTests.Tiny));
        Write(file => file.Metadata["picture_scale"] = "sepia", _ => true);
        Assert.Contains("sepia", Assert.Throws<ModelFileException>(() => PretrainedStart.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "A network is taken whole")]
    [InlineData("more", "visual.block9.conv1.weight has no place")]
    [InlineData("shape", "of another network")]
    [InlineData("nan", "NaN or infinity")]
    [InlineData("foreign", "holds no weights of a network")]
    [InlineData("clustering", "holds no weights of a network")]
    public void What_does_not_fit_is_refused_and_changes_nothing(string what, string says)
    {
        const string Name = "visual.block2.conv1.weight";
        Write(file =>
        {
            (TensorShape shape, float[] values) = file.Tensors[Name];
            switch (what)
            {
                case "missing": file.Tensors.Remove(Name); break;
                case "more": file.Tensors.Add("visual.block9.conv1.weight", (shape, values)); break;
                case "shape": file.Tensors[Name] = (new TensorShape(values.Length), values); break;
                case "nan": file.Tensors[Name] = (shape, [float.NaN, .. values[1..]]); break;
                case "foreign": file.Tensors.Clear(); file.Tensors.Add("features.0.weight", (shape, values)); break;
                default: file.Tensors.Clear(); file.Tensors.Add("audio.mean_centre", (new TensorShape(1), [0f])); break;
            }
        }, _ => true);
        using DccModel model = DccModel.Create(device, TrainingTests.Tiny, 2);
        float[] before = model.Parameters.Values.ToArray();
        Assert.Contains(says, Assert.Throws<ModelFileException>(() => PretrainedStart.Read(path).Apply(model)).Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Parameters.Values.ToArray());
    }

    /// <summary>The weights of a model without its metadata, as a converter writes them.</summary>
    private void Write(Action<Safetensors>? change, Func<string, bool> keep)
    {
        using DccModel source = DccModel.Create(device, TrainingTests.Tiny, 1);
        Safetensors file = new();
        foreach (Parameter parameter in source.Parameters.All.Where(p => keep(p.Name))) file.Tensors.Add(parameter.Name, (parameter.Shape, parameter.Value.ToArray()));
        change?.Invoke(file);
        file.Save(path);
    }
}
