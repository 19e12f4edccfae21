// Decides what a scene holds: which things, where, how large, how changed. Read next: SceneDrawer.cs and SceneMixer.cs, which carry it out.
using System.Runtime.Intrinsics;
using Dcc.Kernels;

namespace Dcc.Data;

/// <summary>
/// Training scenes are augmented: colours of background, object and whole frame, rotation, aspect, speed and pitch, gain, noise. Test scenes choose
/// a crop, places, sizes, mirror images and sound windows, and change nothing else.
/// </summary>
internal sealed class ScenePlanner(SampleSet samples)
{
    public const float LargestSingle = 0.65f;                                                  // longest side, of the frame's
    private const float SmallestObject = 0.35f, LargestOfTwo = 0.5f;                        // longest side, of the frame's
    private const float SmallestCrop = 0.6f;                                                 // of the background's shorter side
    private const float RotatedShare = 0.7f, LargestRotation = 15 * MathF.PI / 180, LargestAspect = 0.15f;
    private const float FoggedShare = 0.5f, LeastFog = 0.2f;                                  // some photographs sink into a flat colour: few are at hand, and clutter hides what is to be learnt
    private const float LargestSpeed = 0.14f;                                                // natural logarithm
    private const float QuietestGain = -8, LoudestGain = 6, LoudestNoise = -15, QuietestNoise = -45;   // decibels
    private const float ObjectMovement = 0.12f, BackgroundMovement = 0.06f;                   // of the frame, over the frames of a unit
    private const int WindowTries = 4;
    private const float QuietWindow = 0.3f;                                                  // of the part's loudness: look for another window
    private readonly int frameSize = samples.FrameSize;

    /// <summary>Fills <paramref name="plan"/> from the stream.</summary>
    /// <param name="random">Read from where it stands.</param>
    /// <param name="split">Training or test material.</param>
    /// <param name="kind">How many objects, how many sound.</param>
    /// <param name="background">A background of that split.</param>
    /// <param name="first">The thing of object 0, or -1 for any.</param>
    /// <param name="frames">Frames of the unit; with one nothing moves.</param>
    /// <param name="soundSamples">Length of the scene's sound.</param>
    /// <param name="plan">Overwritten.</param>
    public void Plan(ref Philox random, SceneSplit split, SceneKind kind, int background, int first, int frames, int soundSamples, ScenePlan plan)
    {
        bool training = split == SceneSplit.Training;
        plan.Kind = kind;
        plan.Split = split;
        plan.Background = background;
        plan.Count = kind == SceneKind.Single ? 1 : 2;
        int thing = first >= 0 ? first : random.NextInt(samples.Things.Count);
        plan.Objects[0].Thing = thing;
        if (plan.Count == 2) plan.Objects[1].Thing = (thing + 1 + random.NextInt(samples.Things.Count - 1)) % samples.Things.Count;   // another one
        PlanCrop(ref random, training, frames, plan);
        PlaceObjects(ref random, split, frames, plan);
        plan.FinalColour = training ? ColourShift.Random(ref random, 0.15f, 0.15f, 0.04f) : ColourShift.None;
        for (int i = 0; i < plan.Count; i++)
            if (plan.Sounds(i)) PlanSound(ref random, split, soundSamples, plan.Objects[i]);
        plan.Gain = training ? Decibels(random.NextFloat(QuietestGain, LoudestGain)) : 1;
        plan.Noise = training ? SceneMixer.Loudness * Decibels(random.NextFloat(QuietestNoise, LoudestNoise)) : 0;
        plan.NoiseOffset = random.NextInt(SceneMixer.NoiseLength);
    }

    private void PlanCrop(ref Philox random, bool training, int frames, ScenePlan plan)
    {
        Pyramid picture = samples.BackgroundPictures[plan.Background];
        ref BackgroundPlan crop = ref plan.Crop;
        crop.Side = Math.Min(picture.Width, picture.Height) * random.NextFloat(SmallestCrop, 1);
        crop.Left = random.NextFloat(0, picture.Width - crop.Side);
        crop.Top = random.NextFloat(0, picture.Height - crop.Side);
        crop.MoveX = crop.MoveY = 0;
        if (frames > 1)
        {
            float most = BackgroundMovement * crop.Side;
            crop.MoveX = WithinFrame(crop.Left, random.NextFloat(-most, most), picture.Width - crop.Side);
            crop.MoveY = WithinFrame(crop.Top, random.NextFloat(-most, most), picture.Height - crop.Side);
        }
        crop.Flip = random.NextFloat() < 0.5f;
        crop.Colour = training ? ColourShift.Random(ref random, 0.2f, 0.3f, 0.06f) : ColourShift.None;
        crop.Fog = training && random.NextFloat() < FoggedShare ? random.NextFloat(LeastFog, 1) : 0;
        if (crop.Fog > 0) crop.FogColour = Vector128.Create(random.NextFloat(0, 255), random.NextFloat(0, 255), random.NextFloat(0, 255), 0);
    }

    // Half of the movement lies before the middle, half after: neither may leave 0..last.
    private static float WithinFrame(float middle, float move, float last) => Math.Clamp(move, -2 * Math.Min(middle, last - middle), 2 * Math.Min(middle, last - middle));

    private void PlaceObjects(ref Philox random, SceneSplit split, int frames, ScenePlan plan)
    {
        float largest = plan.Count == 1 ? LargestSingle : LargestOfTwo;
        do
        {
            for (int i = 0; i < plan.Count; i++) PlaceObject(ref random, split, largest, frames, plan.Objects[i]);
        }
        while (plan.Count == 2 && plan.Objects[0].Sweep.Overlaps(plan.Objects[1].Sweep));
    }

    private void PlaceObject(ref Philox random, SceneSplit split, float largest, int frames, ObjectPlan plan)
    {
        bool training = split == SceneSplit.Training;
        Thing thing = samples.Things[plan.Thing];
        IReadOnlyList<Stamp> views = thing.Views(split);
        plan.Stamp = views[random.NextInt(views.Count)];
        plan.IsSecondView = ReferenceEquals(views, thing.SecondViews);
        float mirror = random.NextFloat() < 0.5f ? -1 : 1;
        float angle = training && random.NextFloat() < RotatedShare ? random.NextFloat(-LargestRotation, LargestRotation) : 0;
        float aspect = training ? MathF.Exp(random.NextFloat(-LargestAspect, LargestAspect)) : 1;
        float cos = MathF.Cos(angle), sin = MathF.Sin(angle);

        // Stamp to frame: mirror, rotate, stretch in x, scale. First the extent at scale 1.
        float left = float.MaxValue, right = float.MinValue, top = float.MaxValue, bottom = float.MinValue;
        foreach ((float x, float y) in plan.Stamp.Outline)
        {
            float u = aspect * (cos * mirror * x - sin * y), v = sin * mirror * x + cos * y;
            left = Math.Min(left, u);
            right = Math.Max(right, u);
            top = Math.Min(top, v);
            bottom = Math.Max(bottom, v);
        }
        float scale = frameSize * random.NextFloat(SmallestObject, largest) / Math.Max(right - left, bottom - top);
        plan.Width = scale * (right - left);
        plan.Height = scale * (bottom - top);
        plan.Left = random.NextFloat(0, frameSize - plan.Width);
        plan.Top = random.NextFloat(0, frameSize - plan.Height);
        plan.MoveX = plan.MoveY = 0;
        if (frames > 1)
        {
            float most = ObjectMovement * frameSize;
            plan.MoveX = WithinFrame(plan.Left, random.NextFloat(-most, most), frameSize - plan.Width);
            plan.MoveY = WithinFrame(plan.Top, random.NextFloat(-most, most), frameSize - plan.Height);
        }
        plan.OriginX = plan.Left - scale * left;
        plan.OriginY = plan.Top - scale * top;
        plan.InverseXX = mirror * cos / (aspect * scale);
        plan.InverseXY = mirror * sin / scale;
        plan.InverseYX = -sin / (aspect * scale);
        plan.InverseYY = cos / scale;
        plan.Step = 1 / (scale * MathF.Sqrt(aspect));
        plan.Colour = training ? ColourShift.Random(ref random, 0.25f, 0.3f, 0.08f) : ColourShift.None;
    }

    private void PlanSound(ref Philox random, SceneSplit split, int soundSamples, ObjectPlan plan)
    {
        plan.Sound = samples.Things[plan.Thing].Sound(split);
        plan.Speed = split == SceneSplit.Training ? MathF.Exp(random.NextFloat(-LargestSpeed, LargestSpeed)) : 1;
        int length = SceneMixer.SourceSamples(soundSamples, plan.Speed), total = plan.Sound.Samples.Length;
        double best = -1;
        for (int attempt = 0; attempt < WindowTries; attempt++)
        {
            int offset = total >= length ? random.NextInt(total - length + 1) : random.NextInt(total);
            double loudness = plan.Sound.LoudnessOf(offset, length);
            if (loudness > best) (best, plan.SoundOffset) = (loudness, offset);
            if (loudness >= QuietWindow * plan.Sound.Loudness) break;
        }
    }

    private static float Decibels(float value) => MathF.Pow(10, value / 20);
}
