// Everything that is random about a scene, decided before anything is drawn. Read next: ScenePlanner.cs.
namespace Dcc.Data;

/// <summary>What a scene will hold. Plans are reused: a training run makes tens of thousands and allocates none.</summary>
internal sealed class ScenePlan
{
    public SceneKind Kind;
    public SceneSplit Split;
    public int Background;
    public BackgroundPlan Crop;
    public ColourShift FinalColour;

    /// <summary>Objects in use: 1 or 2.</summary>
    public int Count;

    /// <summary>Object 0 always sounds; object 1 does in <see cref="SceneKind.Both"/>.</summary>
    public readonly ObjectPlan[] Objects = [new(), new()];

    /// <summary>Factor on the mixed sound.</summary>
    public float Gain;

    /// <summary>Root mean square of the added noise, 0 for none.</summary>
    public float Noise;

    /// <summary>Where in the noise table to start.</summary>
    public int NoiseOffset;

    public bool Sounds(int index) => index == 0 || Kind == SceneKind.Both;
}

/// <summary>The square of a background that becomes the frame, in pixels of its pyramid's first level.</summary>
internal struct BackgroundPlan
{
    public float Left, Top, Side;

    /// <summary>How far the square moves from the first to the last frame of a unit.</summary>
    public float MoveX, MoveY;

    public bool Flip;
    public ColourShift Colour;

    /// <summary>Share of the photograph that fog of one colour hides, 0..1, and that colour.</summary>
    public float Fog;

    public System.Runtime.Intrinsics.Vector128<float> FogColour;
}

internal sealed class ObjectPlan
{
    public int Thing;
    public Stamp Stamp = null!;
    public bool IsSecondView;

    /// <summary>Frame pixel (x, y) shows stamp pixel (InverseXX x' + InverseXY y', InverseYX x' + InverseYY y') with x' = x - OriginX, y' = y - OriginY.</summary>
    public float InverseXX, InverseXY, InverseYX, InverseYY, OriginX, OriginY;

    /// <summary>Extent in the middle of the movement, in frame pixels.</summary>
    public float Left, Top, Width, Height;

    /// <summary>How far it moves from the first to the last frame of a unit.</summary>
    public float MoveX, MoveY;

    /// <summary>Stamp pixels per frame pixel.</summary>
    public float Step;

    public ColourShift Colour;
    public Recording.Part Sound = null!;
    public int SoundOffset;

    /// <summary>Samples of the recording per sample of the scene: over 1 is faster and higher.</summary>
    public float Speed;

    /// <summary>Whole pixels it may touch when moved by <paramref name="time"/>, -0.5..0.5, of its movement.</summary>
    public Box ExtentAt(float time) => new(
        (int)MathF.Floor(Left + time * MoveX), (int)MathF.Floor(Top + time * MoveY),
        (int)MathF.Ceiling(Left + Width + time * MoveX), (int)MathF.Ceiling(Top + Height + time * MoveY));

    /// <summary>Whole pixels it may touch in any frame.</summary>
    public Box Sweep => ExtentAt(-0.5f).Union(ExtentAt(0.5f));
}
