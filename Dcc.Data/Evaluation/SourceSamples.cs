// Units with several labelled sources, and what a method says about them. Read next: SourceJudge.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>What sounds in a unit and where it is seen; a class may have several boxes.</summary>
internal sealed record SourceTruth(string Id, IReadOnlyList<(string Label, FrameBox Box)> Sounding)
{
    public IEnumerable<string> Labels => Sounding.Select(one => one.Label).Distinct();

    public IReadOnlyList<FrameBox> BoxesOf(string label) => [.. Sounding.Where(one => one.Label == label).Select(one => one.Box)];

    /// <summary>Of a composed scene; a thing is named by its coarse class.</summary>
    public static SourceTruth Of(string id, Scene scene, SampleSet samples)
    {
        double size = scene.Size;
        return new SourceTruth(id, [.. scene.Objects.Where(thing => thing.Sounds).Select(thing =>
            (samples.Things[thing.Thing].Coarse, new FrameBox(thing.Boxes[0].Left / size, thing.Boxes[0].Top / size, thing.Boxes[0].Right / size, thing.Boxes[0].Bottom / size)))]);
    }
}

/// <summary>A method's answer on one unit: for each cluster a map with values in 0..1, and how present it is in the sound; larger is more.</summary>
internal sealed record SourceAnswer(IReadOnlyList<HeatMap> Maps, IReadOnlyList<double> Presence)
{
    /// <summary>
    /// Of a model: cluster k's map is s^v_kn max(0, cos_k), its presence cos_k. In the Euclidean profile the map is s^v_kn and the presence minus the distance of the visual centre to the nearest
    /// audio centre.
    /// </summary>
    public static SourceAnswer Of(UnitAnalysis unit, DccOptions options)
    {
        UnitAssignments shares = unit.Assignments;
        int positions = shares.MapHeight * shares.MapWidth, all = shares.Frames * positions;
        return new SourceAnswer(
            [.. Enumerable.Range(0, shares.Clusters).Select(k =>
            {
                float weight = options.Profile == ClusteringProfile.Projected ? Math.Max(0, shares.Cosines[k]) : 1;
                return new HeatMap(shares.MapWidth, shares.MapHeight, Array.ConvertAll(shares.Visual[(k * all)..(k * all + positions)], share => weight * share));
            })],
            Array.ConvertAll(shares.Cosines, cosine => (double)cosine));
    }

    public bool IsFinite => Presence.All(double.IsFinite) && Maps.All(map => map.Values.All(float.IsFinite));

    /// <summary>Random maps and presences, as many as the model has clusters.</summary>
    public static SourceAnswer Random(ulong seed, int index, int clusters)
    {
        Philox random = new(seed, 0x736f7572_00000000 + (ulong)index);   // "sour"
        double[] presence = new double[clusters];
        foreach (ref double value in presence.AsSpan()) value = random.NextFloat();
        return new SourceAnswer([.. Enumerable.Range(0, clusters).Select(k => LocalizationBaselines.Random(seed, index * clusters + k))], presence);
    }

    /// <summary>The same map for each of <paramref name="classes"/> classes, and no opinion about the sound.</summary>
    public static SourceAnswer Fixed(HeatMap map, int classes) => new([.. Enumerable.Repeat(map, classes)], new double[classes]);

    /// <summary>1 in the middle, falling to 0 in the corners.</summary>
    public static HeatMap CentrePrior() => LocalizationBaselines.CentrePrior(MultiSourceMetrics.Convention.Size).Normalized();
}
