// The sample data in memory: things with photographs and recordings, backgrounds, and which of them are for test. Read next: ScenePlan.cs.
namespace Dcc.Data;

/// <summary>
/// A folder with pairs.csv (columns image, sound, label, coarse, view), the pictures and WAV files it names, and backgrounds/ with photographs.
/// Everything is decoded once and kept at the sizes that composing needs.
/// </summary>
/// <remarks>
/// What is kept for test: every fourth background of the sorted list; second views; the last 40 % of each recording longer than two seconds. A
/// thing without a second view is tested in a photograph that training used, and a shorter recording is heard whole in both, so measures over all
/// scenes are partly about known material; the strict subset (<see cref="Thing.IsStrict"/>) is not.
/// </remarks>
public sealed class SampleSet
{
    private const int TestEvery = 4, FirstTest = 1;

    internal SampleSet(IReadOnlyList<Thing> things, IReadOnlyList<string> backgrounds, IReadOnlyList<Pyramid> backgroundPictures, int frameSize, int sampleRate)
    {
        if (things.Count < 2) throw new DataException($"Scenes need at least 2 things that sound, the sample set has {things.Count}.");
        if (backgrounds.Count < 2) throw new DataException($"Scenes need at least 2 backgrounds, one for training and one for test; the sample set has {backgrounds.Count}.");
        Things = things;
        Backgrounds = backgrounds;
        BackgroundPictures = backgroundPictures;
        FrameSize = frameSize;
        SampleRate = sampleRate;
        TestBackgrounds = [.. Enumerable.Range(0, backgrounds.Count).Where(i => i % TestEvery == FirstTest)];
        TrainingBackgrounds = [.. Enumerable.Range(0, backgrounds.Count).Where(i => i % TestEvery != FirstTest)];
    }

    public IReadOnlyList<Thing> Things { get; }

    /// <summary>File names, sorted.</summary>
    public IReadOnlyList<string> Backgrounds { get; }

    public IReadOnlyList<int> TrainingBackgrounds { get; }
    public IReadOnlyList<int> TestBackgrounds { get; }

    /// <summary>Pixels a side of the frames that scenes will have.</summary>
    public int FrameSize { get; }

    public int SampleRate { get; }

    internal IReadOnlyList<Pyramid> BackgroundPictures { get; }

    internal IReadOnlyList<int> BackgroundsOf(SceneSplit split) => split == SceneSplit.Training ? TrainingBackgrounds : TestBackgrounds;

    /// <summary>Reads the folder.</summary>
    /// <param name="folder">See the class.</param>
    /// <param name="frameSize">Pixels a side of the frames to compose.</param>
    /// <param name="sampleRate">Hertz of the sounds to compose, and of every recording.</param>
    /// <exception cref="DataException">Something is missing or broken; the message says what in one sentence.</exception>
    public static SampleSet Load(string folder, int frameSize = 64, int sampleRate = 16000) => SampleFolder.Read(folder, frameSize, sampleRate);

    /// <summary>Longest side at which stamps are kept: twice the largest paste.</summary>
    internal static int StampSide(int frameSize) => (int)(2 * ScenePlanner.LargestSingle * frameSize);

    /// <summary>A background, given as opaque RGBA, at about twice the frame's size.</summary>
    internal static Pyramid Background(byte[] rgba, int width, int height, int frameSize) =>
        new(rgba, width, height, Math.Min(1.0, 2.0 * frameSize / Math.Min(width, height)), depth: 2, transparentBorder: false);
}
