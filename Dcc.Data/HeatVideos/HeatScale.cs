// From raw heat to 0..1, by one rule for a whole video. Read next: HeatTrack.cs, ../../docs/heat-map-videos.md.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>
/// Raw heat has no unit. Over all positions of all windows that sound, the median is 0 and what one position in two hundred surpasses is 1: the same colour means the same heat from the first frame to the
/// last, half of everything stays clear, and a video in which nothing stands out for long has little heat anywhere.
/// </summary>
public readonly record struct HeatScale(float Cold, float Hot)
{
    private const double HotShare = 0.995;

    /// <summary>Nothing is hot on a scale of a video that is silent from end to end, or whose maps are flat.</summary>
    public static HeatScale Of(IEnumerable<HeatWindow> windows)
    {
        float[] all = [.. windows.Where(window => !window.Silent).SelectMany(window => window.Map.Values)];
        if (all.Length == 0) return new HeatScale(0, 0);
        Array.Sort(all);
        return new HeatScale(all[all.Length / 2], all[(int)Math.Ceiling(HotShare * (all.Length - 1))]);
    }

    public float At(float raw) => Hot > Cold ? Math.Clamp((raw - Cold) / (Hot - Cold), 0f, 1f) : 0f;

    /// <summary>The map at a second, 0..1: the two windows around it mixed, so that heat neither jumps nor flickers, and faded out where one of them is silent.</summary>
    public HeatMap MapAt(HeatTrack track, double second)
    {
        (HeatWindow first, HeatWindow next, float between) = track.Around(second);
        float early = first.Silent ? 0 : 1 - between, late = next.Silent ? 0 : between;
        float[] values = new float[first.Map.Values.Length];
        for (int i = 0; i < values.Length; i++) values[i] = early * At(first.Map.Values[i]) + late * At(next.Map.Values[i]);
        return first.Map with { Values = values };
    }
}
