// The weights of one side of a resize as a rectangular table. Read next: Device.Resize.cs.
namespace Dcc.Kernels;

/// <summary>Output i is the sum of Weights[i * Taps + t] * input[First[i] + t] over t; every First[i] + t lies inside. Computed in double, rounded once.</summary>
internal sealed class ResizeAxis
{
    public ResizeAxis(int from, int to, bool antialias, bool alignCorners)
    {
        (int First, double[] Weights)[] exact = new (int, double[])[to];
        for (int i = 0; i < to; i++)
        {
            exact[i] = ResizeReference.Weights(from, to, i, antialias, alignCorners);
            Taps = Math.Max(Taps, exact[i].Weights.Length);
        }
        First = new int[to];
        Weights = new float[checked(to * Taps)];
        for (int i = 0; i < to; i++)
        {
            // Near the end of the side there are fewer weights than taps: begin earlier, with zeros.
            First[i] = Math.Min(exact[i].First, from - Taps);
            int start = i * Taps + exact[i].First - First[i];
            for (int tap = 0; tap < exact[i].Weights.Length; tap++) Weights[start + tap] = (float)exact[i].Weights[tap];
        }
    }

    public int Taps { get; }

    public int[] First { get; }

    /// <summary>[outputs, taps].</summary>
    public float[] Weights { get; }
}
