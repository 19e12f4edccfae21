// A small made-up sample set for tests of scenes. Read next: SceneComposerTests.cs.
using Dcc.Data;

namespace Dcc.Tests.Scenes;

internal static class MadeUp
{
    public const int Things = 20, FrameSize = 32, Rate = 16000, SoundSamples = 4000;

    /// <summary>
    /// Twenty things: elliptic white cut-outs of different proportions; every other one has a second view. Thing i sounds as a tone of its own for
    /// 0.5 s, or 4 s if i is a multiple of 4. Eight backgrounds, black or grey noise.
    /// </summary>
    public static SampleSet Set(bool blackBackgrounds = false, int frameSize = FrameSize)
    {
        Thing[] things = [.. Enumerable.Range(0, Things).Select(i => new Thing($"thing {i}", "made up", new Recording($"{i}.wav", Tone(i), Rate),
            [Ellipse(20 + i, 40 - i, frameSize, $"{i}.png")], i % 2 == 0 ? [Ellipse(41 - i, 21 + i, frameSize, $"{i}-second.png")] : []))];
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"{i}.jpg")];
        return new SampleSet(things, names, [.. names.Select((_, i) => Background(blackBackgrounds, i, frameSize))], frameSize, Rate);
    }

    /// <summary>Hertz of the tone of a thing.</summary>
    public static int Frequency(int thing) => 200 + 100 * thing;

    private static float[] Tone(int thing)
    {
        float[] samples = new float[thing % 4 == 0 ? 4 * Rate : Rate / 2];
        for (int i = 0; i < samples.Length; i++) samples[i] = (0.02f + 0.01f * thing) * MathF.Sin(2 * MathF.PI * Frequency(thing) * i / Rate);
        return samples;
    }

    public static Stamp Ellipse(int width, int height, int frameSize, string name)
    {
        byte[] rgba = new byte[width * height * 4];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                double u = (x + 0.5) / width * 2 - 1, v = (y + 0.5) / height * 2 - 1;
                if (u * u + v * v <= 1) rgba.AsSpan((y * width + x) * 4, 4).Fill(255);
            }
        return new Stamp(rgba, width, height, SampleSet.StampSide(frameSize), name);
    }

    private static Pyramid Background(bool black, int seed, int frameSize)
    {
        const int width = 100, height = 80;
        byte[] rgba = new byte[width * height * 4];
        if (!black) new Random(seed).NextBytes(rgba);
        for (int i = 3; i < rgba.Length; i += 4) rgba[i] = 255;
        return SampleSet.Background(rgba, width, height, frameSize);
    }
}
