// What a picture says without any network: its colours. Read next: PictureFeatureReader.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>The yardstick of picture features, as log-mel statistics are of sound features.</summary>
public static class ColourStatistics
{
    private const int Levels = 4;

    /// <summary>
    /// [70]: mean of red, green, blue; their standard deviations; all in 0..1. Then the share of pixels in each of 4 x 4 x 4 ranges of colour, red slowest, blue fastest. Where colours lie in the
    /// picture counts for nothing.
    /// </summary>
    public static float[] Of(Picture picture)
    {
        double[] sum = new double[3], squares = new double[3];
        int[] counts = new int[Levels * Levels * Levels];
        int pixels = picture.Width * picture.Height;
        for (int i = 0; i < picture.Rgb.Length; i += 3)
        {
            int bin = 0;
            for (int c = 0; c < 3; c++)
            {
                int value = picture.Rgb[i + c];
                sum[c] += value;
                squares[c] += value * value;
                bin = bin * Levels + value * Levels / 256;
            }
            counts[bin]++;
        }
        // Sums of whole numbers are exact in double, so an even colour has a deviation of exactly 0.
        return
        [
            .. sum.Select(one => (float)(one / pixels / 255)),
            .. sum.Select((one, c) => (float)(Math.Sqrt(Math.Max(0, pixels * squares[c] - one * one)) / pixels / 255)),
            .. counts.Select(count => (float)count / pixels),
        ];
    }
}
