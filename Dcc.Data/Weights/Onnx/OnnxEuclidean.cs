// The Euclidean profile's clustering as ONNX nodes: maps in, centres, assignments and similarities out. Read next: OnnxExport.cs, ../../../Dcc.Kernels/SoftAssignEuclidean/README.md.
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Data;

internal sealed class OnnxEuclidean(OnnxGraph graph, DccOptions options, IReadOnlyDictionary<string, (TensorShape Shape, float[] Values)> weights) : IOnnxClustering
{
    /// <summary>No squared distance is smaller, as in the kernels; a cluster to which less than the second number belongs keeps its centre.</summary>
    private const float SquareFloor = 1e-10f, WeightFloor = 1e-30f;

    public string Cluster(string name, string batch, string map, int positions)
    {
        int k = name == "audio" ? options.AudioClusters : options.Clusters, channels = options.Visual.OutChannels;
        string features = graph.Node("Reshape", [map, graph.Whole(-1, positions, channels)]);
        string weight = graph.Constant($"{name}.linear.weight", weights[$"{name}.linear.weight"].Values, channels, channels), bias = graph.Constant($"{name}.linear.bias", weights[$"{name}.linear.bias"].Values, channels);
        string u = graph.Node("Add", [graph.Node("MatMul", [features, weight]), bias]); // [units, positions, channels]
        string apart = graph.Node("Unsqueeze", [u, graph.Whole(1)]);
        // Each cluster begins at a position of its own, evenly spaced.
        string centres = graph.Node("Gather", [u, graph.Whole([.. Enumerable.Range(0, k).Select(i => (long)i * (positions / k))])], null, ("axis", 1L)), shares = "";
        for (int round = 0; round < options.Rounds; round++)
        {
            string distance = graph.Node("Sqrt", [Squares(graph.Node("Sub", [apart, graph.Node("Unsqueeze", [centres, graph.Whole(2)])]))]); // [units, clusters, positions]
            shares = graph.Node("Softmax", [graph.Node("Mul", [distance, graph.Constant(-options.Sharpness)])], null, ("axis", 1L));
            string sum = graph.Node("ReduceSum", [shares, graph.Whole(2)]), floor = graph.Constant(WeightFloor);
            string means = graph.Node("Div", [graph.Node("MatMul", [shares, u]), graph.Node("Max", [sum, floor])]);
            centres = graph.Node("Where", [graph.Node("Less", [sum, floor]), centres, means]);
        }
        graph.Node("Identity", [shares], $"{name}_assignments");
        graph.Node("Identity", [centres], $"{name}_centres");
        graph.Output($"{name}_centres", batch, k, channels);
        graph.Output($"{name}_assignments", batch, k, positions);
        return $"{name}_centres";
    }

    /// <summary>similarity [sounds, pictures]: minus the root of the summed squared distances of the sound's centres to the picture's nearest ones.</summary>
    public void Compare(string sounds, string pictures)
    {
        string heard = graph.Node("Unsqueeze", [sounds, graph.Whole(1, 3)]), seen = graph.Node("Unsqueeze", [pictures, graph.Whole(0, 2)]);
        string squares = Squares(graph.Node("Sub", [heard, seen])); // [sounds, pictures, audio clusters, visual clusters]
        string nearest = graph.Node("ReduceMin", [squares], null, ("axes", new long[] { 3 }), ("keepdims", 0L));
        string all = graph.Node("ReduceSum", [nearest, graph.Whole(2)], null, ("keepdims", 0L));
        graph.Node("Neg", [graph.Node("Sqrt", [all])], "similarity");
        graph.Output("similarity", "sounds", options.FramesPerUnit == 1 ? "pictures" : "units");
    }

    /// <summary>Squared lengths along the last axis, which is gone.</summary>
    private string Squares(string differences) =>
        graph.Node("Max", [graph.Node("ReduceSumSquare", [differences], null, ("axes", new long[] { -1 }), ("keepdims", 0L)), graph.Constant(SquareFloor)]);
}
