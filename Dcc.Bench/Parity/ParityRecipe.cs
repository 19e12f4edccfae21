// Inputs and weights that both sides of the parity check make for themselves, from seed and name. Read next: ParityRun.cs, Digest.cs.
using Dcc.Kernels;
using Dcc.Tensors;

namespace Dcc.Bench.Parity;

/// <summary>
/// A gradient jumps where a ReLU's input crosses zero or a pool's two best change places, and two float32 programs cross at different places: they differ by some thousandths
/// and are both right. The robust weights keep away from that: biases of +1 (on) and -1 (off) by channel, kernels that keep what is added to them well below 1.
/// A kernel sums to zero over the channels that are on, tap by tap, so that it sees differences and not the common 1, at the padded border, too. Frames are smooth: where a pool's two best are nearly equal, so is what lies around them, and it does not matter which one wins.
/// </summary>
internal static class ParityRecipe
{
    public const ulong Seed = 20260;

    /// <summary>Three channels of five are on; the others are zero after their ReLU.</summary>
    private static bool IsOn(int channel) => channel % 5 is 0 or 3 or 4;

    /// <summary>Frames [batch, size, size, 3] with values 0..255: a colour of its own for each, and smooth hills.</summary>
    public static float[] Frames(int batch, int size)
    {
        float[] frames = new float[batch * size * size * 3];
        for (int b = 0; b < batch; b++)
        for (int c = 0; c < 3; c++)
        {
            Philox random = new(Seed, Stream($"frame {b} {c}"));
            float mean = 127.5f + (b % 2 == 0 ? 1 : -1) * random.NextFloat(30f, 80f);
            float[] hills = Hills(ref random, size, size);
            for (int i = 0; i < hills.Length; i++) frames[(b * size * size + i) * 3 + c] = mean + 40f * hills[i];
        }
        return frames;
    }

    /// <summary>Spectrograms [batch, frames, bands, 1] in the range of log-mel values: a loudness of its own for each, cells of an eighth of each side, and noise.</summary>
    public static float[] Spectrograms(int batch, int frames, int bands)
    {
        const int Cells = 8;
        float[] spectrograms = new float[batch * frames * bands];
        for (int b = 0; b < batch; b++)
        {
            Philox random = new(Seed, Stream($"spectrogram {b}"));
            float loudness = b % 2 == 0 ? 0.5f : -3f;
            float[] cells = new float[Cells * Cells];
            for (int i = 0; i < cells.Length; i++) cells[i] = random.NextFloat(-0.6f, 0.6f);
            for (int t = 0; t < frames; t++)
            for (int m = 0; m < bands; m++)
                spectrograms[(b * frames + t) * bands + m] = loudness + cells[t * Cells / frames * Cells + m * Cells / bands] + random.NextFloat(-0.6f, 0.6f);
        }
        return spectrograms;
    }

    /// <summary>[height, width] between -1 and 1: random values at 5 x 5 nodes, linear between them.</summary>
    private static float[] Hills(ref Philox random, int height, int width)
    {
        const int Cells = 4, Nodes = Cells + 1;
        float[] nodes = new float[Nodes * Nodes], hills = new float[height * width];
        for (int i = 0; i < nodes.Length; i++) nodes[i] = random.NextFloat(-1f, 1f);
        for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
        {
            float down = (float)y * Cells / height, right = (float)x * Cells / width;
            int row = (int)down, column = (int)right, at = row * Nodes + column;
            (down, right) = (down - row, right - column);
            float top = nodes[at] + right * (nodes[at + 1] - nodes[at]), bottom = nodes[at + Nodes] + right * (nodes[at + Nodes + 1] - nodes[at + Nodes]);
            hills[y * width + x] = top + down * (bottom - top);
        }
        return hills;
    }

    /// <summary>Values of a parameter in this engine's layout: kernels [height, width, in, out], matrices [in, out], vectors [channels].</summary>
    public static float[] Robust(string name, TensorShape shape)
    {
        float[] values = new float[shape.Count];
        Philox random = new(Seed, Stream(name));
        switch (shape.Rank)
        {
            case 1 when name.EndsWith(".weight", StringComparison.Ordinal):
                Array.Fill(values, 0.15f); // a normalisation's scale: six deviations stay below 1
                break;
            case 1 when name.EndsWith("linear.bias", StringComparison.Ordinal):
                // No ReLU follows: as large as what it is added to, so that differences of vectors lose no digits.
                for (int c = 0; c < values.Length; c++) values[c] = random.NextFloat(-0.02f, 0.02f);
                break;
            case 1:
                for (int c = 0; c < values.Length; c++) values[c] = IsOn(c) ? 1f : -1f;
                break;
            case 2:
                bool linear = name.EndsWith("linear.weight", StringComparison.Ordinal);
                // Short vectors in front of the Euclidean clustering: assignments that are not all 0 or 1, and mismatched pairs within the margin. They see differences, too: where all
                // vectors share most of their length, the loss pulls all alike, and batch normalisation takes away what is alike and leaves the rounding.
                float glorot = MathF.Sqrt(6f / (shape[0] + shape[1])) * (linear ? 0.3f : 1f);
                for (int i = 0; i < values.Length; i++) values[i] = random.NextFloat(-glorot, glorot);
                if (linear) Centre(values, taps: 1, shape[0], shape[1]);
                break;
            default:
                int taps = shape[0] * shape[1], inputs = shape[2], outputs = shape[3], on = Enumerable.Range(0, inputs).Count(IsOn);
                // Pixels are about +-0.4 and three to a place, log-mel values up to 4 and one to a place.
                float deviation = inputs switch { 3 => 0.1f, 1 => 0.02f, _ => 1f / MathF.Sqrt(taps * on) };
                for (int i = 0; i < values.Length; i++) values[i] = deviation * random.NextFloat(-1.7320508f, 1.7320508f);
                if (inputs > 3) Centre(values, taps, inputs, outputs);
                break;
        }
        return values;
    }

    /// <summary>Makes [taps, inputs, outputs] sum to zero over the inputs that are on, for each tap and output.</summary>
    private static void Centre(float[] values, int taps, int inputs, int outputs)
    {
        int on = Enumerable.Range(0, inputs).Count(IsOn);
        for (int tap = 0; tap < taps; tap++)
        for (int o = 0; o < outputs; o++)
        {
            double sum = 0;
            for (int i = 0; i < inputs; i++) sum += IsOn(i) ? values[(tap * inputs + i) * outputs + o] : 0;
            for (int i = 0; i < inputs; i++) values[(tap * inputs + i) * outputs + o] -= (float)(sum / on);
        }
    }

    /// <summary>The places of a tensor that a golden file holds, in this engine's layout.</summary>
    public static int[] Places(string name, int count)
    {
        Philox random = new(Seed, Stream($"places {name}"));
        int[] places = new int[Math.Min(count, 32)];
        for (int i = 0; i < places.Length; i++) places[i] = random.NextInt(count);
        return places;
    }

    /// <summary>FNV-1a of the name: random numbers of its own for each.</summary>
    private static ulong Stream(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char letter in name) hash = unchecked((hash ^ letter) * 1099511628211);
        return hash;
    }
}
