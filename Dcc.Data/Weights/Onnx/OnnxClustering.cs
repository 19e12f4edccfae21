// The projected profile's clustering as ONNX nodes: maps in, unit centres, assignments and similarities out. Read next: OnnxEuclidean.cs, OnnxExport.cs, docs/dcc.md.
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

internal sealed class OnnxClustering(OnnxGraph graph, DccOptions options, IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> weights) : IOnnxClustering
{
    /// <summary>The smallest squared length that a centre is divided by, as in <see cref="DccModel"/>.</summary>
    private const float LeastSquare = 1e-12f;

    /// <summary>Returns the name of the unit centres, flat: [units, clusters * dims].</summary>
    public string Cluster(string name, string batch, string map, int positions)
    {
        int k = options.Clusters, d = options.Dims, channels = options.Visual.OutChannels;
        string u = graph.Node("Reshape", [map, graph.Whole(-1, positions, channels)]);
        if (options.SquashFeatures)
        {
            string r = graph.Node("Sqrt", [graph.Node("Add", [graph.Node("ReduceSumSquare", [u], null, ("axes", new long[] { -1 })), graph.Constant(1e-7f)])]);
            u = graph.Node("Mul", [u, graph.Node("Div", [graph.Node("Tanh", [graph.Node("Mul", [r, graph.Constant(10f)])]), r])]);
        }
        string projected = graph.Node("MatMul", [u, graph.Constant($"{name}.projection", weights[options.SharedProjections ? "projection.weight" : $"{name}.projection.weight"].Values, channels, k * d)]);
        string h = graph.Node("Transpose", [graph.Node("Reshape", [projected, graph.Whole(-1, positions, k, d)])], null, ("perm", new long[] { 0, 2, 1, 3 })); // [units, clusters, positions, dims]
        // b = 0 at first: every cluster has the same share of every position.
        string logits = graph.Node("Mul", [graph.Node("ReduceSum", [h, graph.Whole(3)]), graph.Constant(0f)]), shares = "", centres = "";
        for (int round = 0; round < options.Rounds; round++)
        {
            if (round > 0) logits = graph.Node("Mul", [graph.Node("MatMul", [h, graph.Node("Unsqueeze", [Units(centres), graph.Whole(3)])]), graph.Constant(options.Sharpness)]);
            shares = graph.Node("Softmax", [logits], null, ("axis", 1L)); // [units, clusters, positions, 1]
            centres = graph.Node("ReduceSum", [graph.Node("Mul", [shares, h]), graph.Whole(2)], null, ("keepdims", 0L));
        }
        graph.Node("Squeeze", [shares, graph.Whole(3)], $"{name}_assignments");
        string unit = graph.Node("Identity", [Units(centres)], $"{name}_centres");
        graph.Output($"{name}_centres", batch, k, d);
        graph.Output($"{name}_assignments", batch, k, positions);
        return graph.Node("Reshape", [unit, graph.Whole(-1, (long)k * d)]);
    }

    /// <summary>similarity [sounds, pictures]: the sum over clusters of the cosine of the two centres.</summary>
    public void Compare(string sounds, string pictures)
    {
        graph.Node("MatMul", [sounds, graph.Node("Transpose", [pictures], null, ("perm", new long[] { 1, 0 }))], "similarity");
        graph.Output("similarity", "sounds", options.FramesPerUnit == 1 ? "pictures" : "units");
    }

    private string Units(string centres) => graph.Node("Div",
        [centres, graph.Node("Sqrt", [graph.Node("Max", [graph.Node("ReduceSumSquare", [centres], null, ("axes", new long[] { -1 })), graph.Constant(LeastSquare)])])]);
}
