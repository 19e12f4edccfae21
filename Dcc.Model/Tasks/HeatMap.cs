// Where in a frame the sound comes from. Read next: UnitAnalysis.cs.
namespace Dcc.Model;

/// <summary>The rules by which a heat map is made from one model's centres and assignments.</summary>
public enum HeatMapKind
{
    /// <summary>
    /// The clip's audio centres less the mean audio centre of the training sounds, against every position's vectors, weighted by the position's shares:
    /// sum_k s_kn &lt;h_kn, a_k - mean a_k&gt;. What all sounds share no longer lights the map.
    /// </summary>
    AgainstMean,

    /// <summary>The paper's map: the visual assignment of the cluster whose two centres agree best, s^v_{k*,n}, k* = argmax_k cos(c^a_k, c^v_k).</summary>
    Paper,

    /// <summary>Plain agreement with the audio centres: sum_k &lt;h_kn, a_k&gt;.</summary>
    Agreement,

    /// <summary>Each position by the shared space in which it is nearest to the sound: max_k cos(h^v_kn, c^a_k). No cluster has to be chosen.</summary>
    AudioConditioned,

    /// <summary>The paper's map of all clusters, each as far as its two centres agree: sum_k max(0, cos_k) s^v_kn.</summary>
    Weighted,
}

/// <summary>The names that users type.</summary>
public static class HeatMapKinds
{
    public static IReadOnlyDictionary<string, HeatMapKind> ByName { get; } = new Dictionary<string, HeatMapKind>
    {
        ["against-mean"] = HeatMapKind.AgainstMean, ["paper"] = HeatMapKind.Paper, ["agreement"] = HeatMapKind.Agreement,
        ["audio-conditioned"] = HeatMapKind.AudioConditioned, ["weighted"] = HeatMapKind.Weighted,
    };
}

/// <summary>Row by row from the top left; larger is hotter. Values have no unit: compare them within one map.</summary>
public sealed record HeatMap(int Width, int Height, float[] Values)
{
    /// <summary>
    /// Bilinear. Pixel centres at halves, edges repeat (PyTorch's align_corners=False, OpenCV's INTER_LINEAR), or with <paramref name="alignCorners"/> the centres of the corner pixels
    /// of both maps coincide.
    /// </summary>
    public HeatMap Resize(int width, int height, bool alignCorners = false)
    {
        float[] result = new float[checked(width * height)];
        for (int y = 0; y < height; y++)
        {
            (int top, int bottom, float down) = Neighbours(y, height, Height);
            for (int x = 0; x < width; x++)
            {
                (int left, int right, float along) = Neighbours(x, width, Width);
                float upper = Values[top * Width + left] * (1 - along) + Values[top * Width + right] * along;
                float lower = Values[bottom * Width + left] * (1 - along) + Values[bottom * Width + right] * along;
                result[y * width + x] = upper * (1 - down) + lower * down;
            }
        }
        return new HeatMap(width, height, result);

        (int, int, float) Neighbours(int index, int count, int sourceCount)
        {
            float position = alignCorners
                ? index * (count > 1 ? (float)(sourceCount - 1) / (count - 1) : 0f)
                : Math.Max(0f, (index + 0.5f) * sourceCount / count - 0.5f);
            int first = Math.Min((int)position, sourceCount - 1);
            return (first, Math.Min(first + 1, sourceCount - 1), position - first);
        }
    }

    /// <summary>Stretched to 0..1; a flat map becomes all zeros.</summary>
    public HeatMap Normalized()
    {
        float low = Values.Min(), range = Values.Max() - low;
        return this with { Values = Array.ConvertAll(Values, value => range > 0 ? (value - low) / range : 0f) };
    }

    /// <summary>The hottest place; the first in reading order if several are.</summary>
    public (int X, int Y) Peak()
    {
        int best = 0;
        for (int i = 1; i < Values.Length; i++)
            if (Values[i] > Values[best]) best = i;
        return (best % Width, best / Width);
    }
}
