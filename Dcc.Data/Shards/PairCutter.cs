// A still picture and a sound of a manifest become units that all show the picture. Read next: PartFile.cs.
using Dcc.Model;

namespace Dcc.Data;

internal static class PairCutter
{
    /// <summary>Units of the sound from its beginning on, but for silent ones; a sound shorter than a unit is filled up with silence. Throws <see cref="NoUnitsException"/> if it is silent as a whole.</summary>
    public static IEnumerable<Unit> Units(string picturePath, string soundPath, PrepareOptions options, CancellationToken cancel)
    {
        TimedFrame frame = new(0, Fit(PictureReader.Read(picturePath), options.FrameSize));
        TimedFrame[] frames = [.. Enumerable.Repeat(frame, options.Frames)];
        float[] samples = MediaFile.ReadSound(soundPath, options.Rate, cancel).Samples;
        bool given = false;
        for (int unit = 0; ; unit++)
        {
            double start = unit * options.Stride;
            int from = (int)Math.Min(samples.Length, Math.Round(start * options.Rate)), length = Math.Min(options.Samples, samples.Length - from);
            if (unit > 0 && length < options.Samples) break;
            float[] window = new float[options.Samples];
            samples.AsSpan(from, length).CopyTo(window);
            if (Unit.IsSilent(window)) continue;
            given = true;
            yield return new Unit(start, frames, window);
        }
        if (!given) throw new NoUnitsException(InputState.Silent, $"{soundPath} is digital silence.");
    }

    /// <summary>Scaled down so that the longer side has at most so many pixels.</summary>
    private static Picture Fit(Picture picture, int side)
    {
        double scale = (double)side / Math.Max(picture.Width, picture.Height);
        if (scale >= 1) return picture;
        int width = Math.Max(1, (int)Math.Round(picture.Width * scale)), height = Math.Max(1, (int)Math.Round(picture.Height * scale));
        byte[] small = Pyramid.AreaResize(Rgba.Of(picture), picture.Width, picture.Height, width, height), rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) small.AsSpan(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        return new Picture(width, height, rgb);
    }
}
