// The pictures of test scenes once more, larger: for people to look at. Read next: SceneTestSet.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Everything random about a scene is drawn as a share of the frame, so the same numbers give the same scene at any size.</summary>
/// <param name="tests">The scenes to draw again.</param>
/// <param name="seed">The seed they were composed with.</param>
/// <param name="larger">The same sample folder, loaded for larger frames.</param>
public sealed class SceneRedraw(SceneTestSet tests, ulong seed, SampleSet larger)
{
    private const float Tolerance = 1.5f;   // pixels of the smaller frame; rounding moves a box by at most one
    private readonly SceneComposer composer = new(larger);

    /// <summary>The first frame of scene <paramref name="index"/> of a kind; the small one itself should the large one show something else.</summary>
    public Picture Draw(SceneKind kind, int index)
    {
        Scene small = (kind switch { SceneKind.Single => tests.Single, SceneKind.Both => tests.Both, _ => tests.OneOfTwo })[index];
        Philox random = SceneStream.Of(seed, StreamPurpose.TestScene, (int)kind, index);
        // Of a single scene the shuffle draws one number first; the thing it chose is known.
        if (kind == SceneKind.Single) random.NextInt(tests.Samples.Things.Count - index % SceneTestSet.GroupSize);
        Scene large = composer.Compose(ref random, SceneSplit.Test, kind, kind == SceneKind.Single ? small.Objects[0].Thing : -1, small.Frames, soundSamples: 1);
        float scale = (float)large.Size / small.Size;
        bool same = large.Background == small.Background && large.Objects.Zip(small.Objects).All(pair =>
            pair.First.View == pair.Second.View && Near(pair.First.Boxes[0], pair.Second.Boxes[0], scale));
        return (same ? large : small).Frame(0);
    }

    private static bool Near(Box large, Box small, float scale) =>
        Math.Abs(large.Left / scale - small.Left) <= Tolerance && Math.Abs(large.Right / scale - small.Right) <= Tolerance
        && Math.Abs(large.Top / scale - small.Top) <= Tolerance && Math.Abs(large.Bottom / scale - small.Bottom) <= Tolerance;
}
