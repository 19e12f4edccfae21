// Convolution weights that inference keeps in transformed form: same bits, and never those of other values. Read next: ../Dcc.Kernels/Conv2d/PreparedWeights.cs.
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests;

public sealed class PreparedWeightsTests
{
    [Theory]
    [InlineData(1, 64, 128, 256, true)]
    [InlineData(1, 16, 512, 512, true)]
    [InlineData(1, 8, 128, 128, true)]   // F(2x2)
    [InlineData(2, 64, 128, 256, true)]  // 512 tiles
    [InlineData(3, 64, 128, 256, false)]
    [InlineData(1, 128, 128, 128, false)]
    [InlineData(1, 256, 3, 64, false)]   // direct
    public void Weights_are_kept_where_few_tiles_share_them(int batch, int side, int inChannels, int outChannels, bool kept)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(batch, side, side, inChannels, outChannels);
        Assert.Equal(kept, Conv2dChoice.Keeps(shape, Conv2dChoice.Choose(shape, Conv2dPass.Forward)));
    }

    /// <summary>Panels whole and cut off, weights whole and panel by panel, one group of tiles and two.</summary>
    [Theory]
    [InlineData(1, 16, 16, 512, 512)]
    [InlineData(1, 48, 48, 512, 288)]
    [InlineData(2, 15, 8, 256, 512)]
    [InlineData(3, 31, 31, 96, 80)]
    [InlineData(5, 7, 7, 33, 47)]
    [InlineData(1, 9, 5, 8, 8)]
    public void Results_are_the_same_bits_with_and_without(int batch, int height, int width, int inChannels, int outChannels)
    {
        Conv2dShape shape = Conv2dShape.Same3x3(batch, height, width, inChannels, outChannels);
        Random random = new(5);
        float[] x = OpCases.OpCase.Uniform(random, shape.LengthX), weight = OpCases.OpCase.Uniform(random, shape.LengthWeight), bias = OpCases.OpCase.Uniform(random, outChannels);
        foreach (Conv2dPath path in (Conv2dPath[])[Conv2dPath.Winograd2, Conv2dPath.Winograd4])
        {
            float[][] plain = Run(1, path, prepares: false), one = Run(1, path, prepares: true), three = Run(3, path, prepares: true);
            for (int i = 0; i < plain.Length; i++)
            {
                Assert.Equal(plain[i], one[i]);
                Assert.Equal(plain[i], three[i]);
            }
        }

        float[][] Run(int threads, Conv2dPath path, bool prepares)
        {
            using CpuDevice device = new(threads, guards: true) { ForcedPath = path };
            using DeviceBuffer<float> xs = device.Upload<float>(x), ws = device.Upload<float>(weight), bs = device.Upload<float>(bias), y = device.Rent<float>(shape.LengthY), pooled = device.Rent<float>(shape.Pooled(ceil: true).LengthY);
            using PreparedWeights? prepared = prepares ? device.PrepareConv2d(shape with { Batch = 1, Height = 4, Width = 4 }, ws) : null;
            Assert.Equal(prepares, prepared is not null);
            device.Conv2dForward(shape, Epilogue.BiasRelu, xs, ws, bs, y, prepared);
            device.Conv2dPoolForward(shape, ceil: true, Epilogue.Bias, xs, ws, bs, pooled, winners: null, prepared);
            return [y.ToArray(), pooled.ToArray()];
        }
    }

    [Fact]
    public void A_shape_that_goes_another_way_takes_the_weights_as_they_are()
    {
        using CpuDevice device = new(0, guards: true);
        Conv2dShape small = Conv2dShape.Same3x3(1, 8, 8, 128, 128), large = Conv2dShape.Same3x3(1, 16, 16, 128, 128);
        Assert.NotEqual(Conv2dChoice.Choose(small, Conv2dPass.Forward), Conv2dChoice.Choose(large, Conv2dPass.Forward));
        Random random = new(5);
        using DeviceBuffer<float> x = device.Upload<float>(OpCases.OpCase.Uniform(random, large.LengthX)), weight = device.Upload<float>(OpCases.OpCase.Uniform(random, large.LengthWeight));
        using DeviceBuffer<float> expected = device.Rent<float>(large.LengthY), actual = device.Rent<float>(large.LengthY);
        using PreparedWeights prepared = device.PrepareConv2d(small, weight)!;
        device.Conv2dForward(large, Epilogue.None, x, weight, null, expected);
        device.Conv2dForward(large, Epilogue.None, x, weight, null, actual, prepared);
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Fact]
    public void Weights_of_another_layer_are_refused()
    {
        using CpuDevice device = new();
        Conv2dShape shape = Conv2dShape.Same3x3(1, 8, 8, 64, 64), other = Conv2dShape.Same3x3(1, 8, 8, 64, 32);
        using DeviceBuffer<float> x = device.Rent<float>(shape.LengthX), weight = device.Rent<float>(shape.LengthWeight), otherWeight = device.Rent<float>(other.LengthWeight), y = device.Rent<float>(shape.LengthY);
        device.Fill(otherWeight, 1f);
        using PreparedWeights prepared = device.PrepareConv2d(other, otherWeight)!;
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => device.Conv2dForward(shape, Epilogue.None, x, weight, null, y, prepared));
        Assert.Contains("64 to 32", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_with_guards_notices_weights_that_changed_after_they_were_prepared()
    {
        using CpuDevice device = new(0, guards: true);
        Conv2dShape shape = Conv2dShape.Same3x3(1, 8, 8, 16, 40);
        using DeviceBuffer<float> x = device.Rent<float>(shape.LengthX), weight = device.Rent<float>(shape.LengthWeight), y = device.Rent<float>(shape.LengthY);
        device.Fill(x, 1f);
        float[] values = OpCases.OpCase.Uniform(new Random(1), shape.LengthWeight);
        weight.CopyFrom(values);
        using PreparedWeights prepared = device.PrepareConv2d(shape, weight)!;
        device.Conv2dForward(shape, Epilogue.None, x, weight, null, y, prepared);
        values[^1] += 0.5f;
        weight.CopyFrom(values);
        Assert.Contains("other values", Assert.Throws<InvalidOperationException>(() => device.Conv2dForward(shape, Epilogue.None, x, weight, null, y, prepared)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Every way in which this repository changes parameters. The device has guards, so a stale transform throws; and the answers are those of a model that never kept anything.
    /// </summary>
    [Theory]
    [InlineData("optimiser")]
    [InlineData("trainer")]
    [InlineData("average")]
    [InlineData("load")]
    [InlineData("set")]
    public void A_changed_parameter_never_meets_an_old_transform(string way)
    {
        using CpuDevice device = new(0, guards: true);
        using DccModel model = DccModel.Create(device, TrainingTests.Tiny, 5), other = DccModel.Create(device, TrainingTests.Tiny, 6);
        UnitBatch batch = model.NewBatch(1);
        new PatternSource().Fill(3, batch);
        Assert.Equal(0, model.PreparedWeightBytes);
        float[] first = Answer(model);
        Assert.Equal(0, model.PreparedWeightBytes); // a single answer costs no memory
        Assert.Equal(first, Answer(model));
        Assert.True(model.PreparedWeightBytes > 0, "Nothing was kept: the test shows nothing.");
        Assert.Equal(first, Answer(model));

        using TrainingStep training = new(model, new TrainerOptions { Batch = 6 });
        Assert.Equal(0, model.PreparedWeightBytes);
        UnitBatch units = model.NewBatch(6);
        new PatternSource().Fill(0, units);
        Answer(model);
        Answer(model);
        Assert.True(model.PreparedWeightBytes > 0);
        switch (way)
        {
            case "optimiser":
                using (Sgd sgd = new(model.Parameters, new SgdOptions(0.1f)))
                {
                    device.Fill(model.Parameters.GradientValues, 1f);
                    sgd.Step(0.1f);
                }
                break;
            case "trainer":
                training.Run(0, units, 0.01f, reports: false);
                break;
            case "average":
                training.Run(0, units, 0.01f, reports: false);
                Answer(model);
                Answer(model);
                training.UseAverage();
                break;
            case "load":
                string path = Path.Combine(Path.GetTempPath(), $"dcc-{Guid.NewGuid():N}.safetensors");
                other.Save(path);
                model.LoadValues(path, Safetensors.Load(path));
                File.Delete(path);
                break;
            case "set":
                foreach (Parameter parameter in model.Parameters.All) parameter.Set(other.Parameters.All.Single(p => p.Name == parameter.Name).Value.ToArray());
                break;
        }
        float[] changed = Answer(model);
        Assert.NotEqual(first, changed);
        Assert.Equal(changed, Answer(model));
        Assert.Equal(changed, Answer(model));
        model.KeepsPreparedWeights = false;
        Assert.Equal(0, model.PreparedWeightBytes);
        Assert.Equal(changed, Answer(model));
        Assert.Equal(changed, Answer(model));
        Assert.Equal(0, model.PreparedWeightBytes);

        float[] Answer(DccModel asked)
        {
            UnitAnalysis unit = asked.Analyze(batch)[0];
            return [unit.Similarity, .. unit.Assignments.Visual];
        }
    }
}
