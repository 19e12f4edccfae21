// A composed scene with its ground truth. Read next: SceneComposer.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>One object that sounds; two that both sound; two of which one sounds.</summary>
public enum SceneKind { Single, Both, OneOfTwo }

/// <summary>Which backgrounds, views and parts of recordings a scene may use.</summary>
public enum SceneSplit { Training, Test }

/// <summary>An object in a scene.</summary>
/// <param name="Thing">Its index in <see cref="SampleSet.Things"/>.</param>
/// <param name="View">File name of the photograph.</param>
/// <param name="IsSecondView">Whether that photograph is kept from training.</param>
/// <param name="Sounds">Whether it is heard.</param>
/// <param name="SoundStart">First sample of the part of the recording that it may be heard from.</param>
/// <param name="SoundEnd">Sample after the last of that part.</param>
/// <param name="Boxes">Per frame: the tight box of its visible pixels (alpha over 0.1).</param>
public sealed record SceneObject(int Thing, string View, bool IsSecondView, bool Sounds, int SoundStart, int SoundEnd, IReadOnlyList<Box> Boxes);

/// <summary>Frames, sound and the truth about them. Only the frames and the waveform are ever given to a network.</summary>
public sealed class Scene
{
    internal Scene(SceneKind kind, int background, IReadOnlyList<SceneObject> objects, int size, byte[] rgb, float[] waveform)
    {
        Kind = kind;
        Background = background;
        Objects = objects;
        Size = size;
        Rgb = rgb;
        Waveform = waveform;
    }

    public SceneKind Kind { get; }

    /// <summary>Its index in <see cref="SampleSet.Backgrounds"/>.</summary>
    public int Background { get; }

    public IReadOnlyList<SceneObject> Objects { get; }

    /// <summary>Pixels a side.</summary>
    public int Size { get; }

    /// <summary>[frames, size, size, 3], red green blue.</summary>
    public byte[] Rgb { get; }

    /// <summary>Samples at the sample set's rate.</summary>
    public float[] Waveform { get; }

    public int Frames => Rgb.Length / (Size * Size * 3);

    /// <summary>One frame as a picture.</summary>
    public Picture Frame(int index) => new(Size, Size, Rgb[(index * Size * Size * 3)..((index + 1) * Size * Size * 3)]);
}
