// Draws a planned scene. Read next: SceneMixer.cs.
using System.Runtime.Intrinsics;

namespace Dcc.Data;

/// <summary>
/// Background, then objects, then a change of colour over everything, in float and without allocation. Every target pixel asks where it comes from
/// (inverse mapping) and reads one bilinear sample there. Not for two threads at once.
/// </summary>
internal sealed class SceneDrawer(SampleSet samples)
{
    private readonly int size = samples.FrameSize;
    private readonly Vector128<float>[] canvas = new Vector128<float>[samples.FrameSize * samples.FrameSize];
    private static readonly Vector128<float> White = Vector128.Create(255f);

    /// <summary>Writes one frame, [size, size, 3] in whole numbers 0..255, and the box of each object.</summary>
    public void Draw(ScenePlan plan, int frame, int frames, Span<float> rgb, Span<Box> boxes)
    {
        float time = frames > 1 ? (float)frame / (frames - 1) - 0.5f : 0;
        DrawBackground(samples.BackgroundPictures[plan.Background], plan.Crop, time);
        for (int i = 0; i < plan.Count; i++) boxes[i] = DrawObject(plan.Objects[i], time);
        Store(plan.FinalColour, rgb);
    }

    private void DrawBackground(Pyramid picture, in BackgroundPlan crop, float time)
    {
        float step = crop.Side / size;
        Pyramid.Level level = picture.For(step);
        float scaleX = (float)level.Width / picture.Width, scaleY = (float)level.Height / picture.Height;
        float left = (crop.Left + time * crop.MoveX) * scaleX, top = (crop.Top + time * crop.MoveY) * scaleY, stepX = step * scaleX, stepY = step * scaleY;
        if (crop.Flip) (left, stepX) = (left + size * stepX, -stepX);
        ColourShift colour = crop.Colour;
        Vector128<float> clear = Vector128.Create(1 - crop.Fog), fog = crop.FogColour * crop.Fog;
        for (int y = 0; y < size; y++)
        {
            float sourceY = top + (y + 0.5f) * stepY;
            Span<Vector128<float>> row = canvas.AsSpan(y * size, size);
            for (int x = 0; x < row.Length; x++)
                row[x] = Vector128.Min(Vector128.Max(colour.Apply(level.Sample(left + (x + 0.5f) * stepX, sourceY)), Vector128<float>.Zero), White) * clear + fog;
        }
    }

    private Box DrawObject(ObjectPlan plan, float time)
    {
        Pyramid picture = plan.Stamp.Picture;
        Pyramid.Level level = picture.For(plan.Step);
        float scaleX = (float)level.Width / picture.Width, scaleY = (float)level.Height / picture.Height;
        float xx = plan.InverseXX * scaleX, xy = plan.InverseXY * scaleX, yx = plan.InverseYX * scaleY, yy = plan.InverseYY * scaleY;
        float originX = plan.OriginX + time * plan.MoveX, originY = plan.OriginY + time * plan.MoveY;
        Box extent = plan.ExtentAt(time);
        int left = Math.Max(0, extent.Left), right = Math.Min(size, extent.Right);
        ColourShift colour = plan.Colour;
        Box seen = new(size, size, 0, 0);
        for (int y = Math.Max(0, extent.Top); y < Math.Min(size, extent.Bottom); y++)
        {
            float fromX = left + 0.5f - originX, fromY = y + 0.5f - originY;
            float u = xx * fromX + xy * fromY, v = yx * fromX + yy * fromY;
            int first = -1, last = -1;
            Span<Vector128<float>> row = canvas.AsSpan(y * size, size);
            for (int x = left; x < right; x++, u += xx, v += yx)
            {
                Vector128<float> texel = level.Sample(u, v);
                float alpha = texel.GetElement(3);
                if (alpha <= 0) continue;
                Vector128<float> cover = Vector128.Create(alpha);
                row[x] = row[x] * (Vector128<float>.One - cover * (1f / 255)) + Vector128.Min(Vector128.Max(colour.Apply(texel), Vector128<float>.Zero), cover);
                if (alpha < Stamp.VisibleAlpha) continue;
                if (first < 0) first = x;
                last = x;
            }
            if (first >= 0) seen = seen.Union(new Box(first, y, last + 1, y + 1));
        }
        return seen.Area > 0 ? seen : extent;   // thinner than a pixel: the planned extent is the best that can be said
    }

    private void Store(ColourShift colour, Span<float> rgb)
    {
        Vector128<float> half = Vector128.Create(0.5f);
        for (int i = 0; i < canvas.Length; i++)
        {
            Vector128<float> value = Vector128.Floor(Vector128.Min(Vector128.Max(colour.Apply(canvas[i]) + half, Vector128<float>.Zero), White));
            rgb[3 * i] = value.GetElement(0);
            rgb[3 * i + 1] = value.GetElement(1);
            rgb[3 * i + 2] = value.GetElement(2);
        }
    }
}
