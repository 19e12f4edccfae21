// The whole model against an independent implementation in float64: every layer, every gradient, the first steps of Adam. Read next: ../../docs/parity.md, ../../Dcc.Bench/Parity/ParityRun.cs.
using Dcc.Bench.Parity;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Tests.Parity;

public sealed class ParityTests
{
    /// <summary>Outputs, gradients, running means and variances of one step at full size, and the losses of ten where weights are robust; how far apart each may be: docs/parity.md.</summary>
    [Theory]
    [InlineData("projected-robust")]
    [InlineData("projected-he")]
    [InlineData("simplified-robust")]
    [InlineData("simplified-he")]
    public void Full_size_agrees_with_the_oracle_tensor_by_tensor_and_step_by_step(string name) => AssertAgrees(ParityCase.All.Single(parity => parity.Name == name));

    [Fact]
    public void A_value_a_mean_or_a_nan_that_is_off_is_an_error()
    {
        float[] tensor = [.. Enumerable.Range(0, 500).Select(i => MathF.Sin(i))];
        Digest digest = Digest.Of("x", tensor);
        Assert.Equal(0, digest.ErrorOf(Digest.Of("x", tensor), tensor.Length));
        int place = ParityRecipe.Places("x", tensor.Length)[5];
        Assert.InRange(digest.ErrorOf(Digest.Of("x", Changed(place, tensor[place] + 0.1f)), tensor.Length), 0.01, 0.04);
        Assert.InRange(digest.ErrorOf(Digest.Of("x", [.. tensor.Select(x => x + 1e-3f)]), tensor.Length), 1e-3, 3e-3);
        Assert.Equal(double.PositiveInfinity, digest.ErrorOf(Digest.Of("x", Changed(place, float.NaN)), tensor.Length));

        float[] Changed(int at, float value) => [.. tensor.Select((x, i) => i == at ? value : x)];
    }

    private static void AssertAgrees(ParityCase parity)
    {
        GoldenFile golden = GoldenFile.Load(Path.Combine(Repository.Root, "Dcc.Tests", "Goldens", $"{parity.Name}.json"));
        Assert.Equal(parity.Steps, golden.Losses.Length);
        Dictionary<string, GoldenTensor> expected = golden.Tensors.ToDictionary(tensor => tensor.Name);
        List<string> apart = [];
        using CpuDevice device = new();
        using DccModel model = parity.Create(device);
        float[] losses = ParityRun.Run(parity, model, golden.Losses.Length, (tensor, shape, values) =>
        {
            Assert.True(expected.Remove(tensor, out GoldenTensor? oracle), $"The oracle has no {tensor}.");
            Assert.Equal(oracle.Shape, shape.Sizes.ToArray());
            double error = oracle.ErrorOf(values);
            if (!(error <= oracle.Bound)) apart.Add($"{tensor} {shape} differs by {error:E2} of its RMS, allowed {oracle.Bound:E0}");
        });
        for (int step = 0; step < losses.Length; step++)
            if (!(Math.Abs(losses[step] - golden.Losses[step]) <= golden.LossBound * Math.Abs(golden.Losses[step]))) apart.Add($"step {step + 1}: loss {losses[step]:R}, oracle {golden.Losses[step]:R}");
        Assert.Empty(expected.Keys);
        Assert.True(apart.Count == 0, string.Join('\n', apart));
    }
}
