// A change of brightness, tint and saturation, four channels at a time. Read next: ScenePlan.cs.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>colour -> gain * (grey + saturation * (colour - grey)), where grey is the mean of the three channels.</summary>
internal readonly struct ColourShift
{
    private static readonly Vector128<float> Third = Vector128.Create(1f / 3, 1f / 3, 1f / 3, 0);
    private readonly Vector128<float> gain, saturation, greyWeight;

    private ColourShift(Vector128<float> gain, float saturation)
    {
        this.gain = gain;
        this.saturation = Vector128.Create(saturation);
        greyWeight = Vector128.Create(1 - saturation);
    }

    public static ColourShift None => new(Vector128<float>.One, 1);

    /// <summary>Brightness, saturation and each channel's gain change by at most the given shares.</summary>
    public static ColourShift Random(ref Philox random, float brightness, float saturation, float tint)
    {
        float s = random.NextFloat(1 - saturation, 1 + saturation), b = random.NextFloat(1 - brightness, 1 + brightness);
        float red = random.NextFloat(1 - tint, 1 + tint), green = random.NextFloat(1 - tint, 1 + tint), blue = random.NextFloat(1 - tint, 1 + tint);
        return new ColourShift(Vector128.Create(b * red, b * green, b * blue, 1), s);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> Apply(Vector128<float> colour) => gain * (colour * saturation + greyWeight * Vector128.Create(Vector128.Dot(colour, Third)));
}
