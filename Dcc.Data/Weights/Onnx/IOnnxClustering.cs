// What either profile's clustering adds to an ONNX graph. Read next: OnnxClustering.cs, OnnxEuclidean.cs.
namespace Dcc.Data;

internal interface IOnnxClustering
{
    /// <summary>
    /// A map [units * frames, height, width, channels] -> what <see cref="Compare"/> takes. Outputs NAME_centres [units, clusters, dims or channels] and NAME_assignments [units, clusters, positions].
    /// </summary>
    /// <param name="name">"visual" or "audio".</param>
    /// <param name="batch">What the first dimension is called.</param>
    /// <param name="map">The network's last map.</param>
    /// <param name="positions">Positions of one unit, all frames together.</param>
    string Cluster(string name, string batch, string map, int positions);

    /// <summary>Output similarity [sounds, pictures] of what <see cref="Cluster"/> returned for each.</summary>
    void Compare(string sounds, string pictures);
}
