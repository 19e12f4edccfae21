// Ground truth as a map of weights, from the boxes of one or several people. Read next: LocalizationConvention.cs.
namespace Dcc.Model;

/// <summary>How several boxes become one map.</summary>
public enum TruthRule
{
    /// <summary>g(p) = min(sum of box masks / 2, 1): a pixel counts whole where two boxes agree, half where one stands alone. Flickr-SoundNet.</summary>
    Consensus,

    /// <summary>g(p) = 1 where any box is: VGG-SS, MUSIC, where boxes are of different objects.</summary>
    Union,
}

/// <summary>The map g that predictions are compared with.</summary>
public static class ConsensusMap
{
    private const float AnnotatorsWanted = 2;

    /// <summary>[size * size], row by row; values 0, 0.5 and 1 (<see cref="TruthRule.Union"/>: 0 and 1). No box gives zeros.</summary>
    public static float[] Of(IEnumerable<FrameBox> boxes, int size, BoxRule pixels, TruthRule rule)
    {
        float[] map = new float[checked(size * size)];
        foreach (FrameBox box in boxes)
        {
            (int left, int top, int right, int bottom) = box.ToPixels(size, pixels);
            for (int y = top; y < bottom; y++)
                foreach (ref float value in map.AsSpan(y * size + left, right - left)) value += 1;
        }
        float whole = rule == TruthRule.Consensus ? AnnotatorsWanted : 1;
        foreach (ref float value in map.AsSpan()) value = Math.Min(value / whole, 1);
        return map;
    }
}
