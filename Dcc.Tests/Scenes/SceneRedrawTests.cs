// The larger pictures show the same scenes. Read next: ../../Dcc.Data/Scenes/SceneRedraw.cs.
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Scenes;

public sealed class SceneRedrawTests
{
    [Fact]
    public void A_scene_drawn_larger_is_the_same_scene()
    {
        const int factor = 3;
        SceneTestSet tests = SceneTestSet.Create(MadeUp.Set(blackBackgrounds: true), seed: 7, perKind: 32, frames: 1, soundSamples: 400);
        SceneRedraw redraw = new(tests, seed: 7, MadeUp.Set(blackBackgrounds: true, frameSize: factor * MadeUp.FrameSize));
        int large = 0;
        foreach (Scene scene in tests.All)
        {
            IReadOnlyList<Scene> kind = scene.Kind switch { SceneKind.Single => tests.Single, SceneKind.Both => tests.Both, _ => tests.OneOfTwo };
            Picture picture = redraw.Draw(scene.Kind, kind.ToList().IndexOf(scene));
            if (picture.Width == scene.Size) continue;
            large++;
            // White ellipses on black: the middle of each box is white in both.
            foreach (Box box in scene.Objects.Select(seen => seen.Boxes[0]))
                Assert.True(picture.Rgb[3 * (factor * (box.Top + box.Bottom) / 2 * picture.Width + factor * (box.Left + box.Right) / 2)] > 200, $"{scene.Kind}: nothing white in the middle of {box}.");
        }
        // The rest: two boxes that just touch at one size and not at the other are placed anew, and the small frame stands in.
        Assert.True(large >= 0.9 * tests.All.Count, $"{large} of {tests.All.Count} scenes could be drawn larger.");
    }
}
