// Composed scenes of the repository's samples, written out in the layouts of published data sets: pictures, sounds and boxes that are exact. Read next: PublishedBoxesTests.cs.
using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Dcc.Cli;
using Dcc.Data;
using Dcc.Model;
using Dcc.Tensors;

namespace Dcc.Tests.DataSets;

internal static class ComposedFolders
{
    private const int Side = 64, Seed = 5;

    /// <summary>Classes of MUSIC's boxes stand for the classes of things, in the order in which these are first met.</summary>
    private static readonly int[] categories = [1, 3, 8, 10, 11, 12, 13];

    public static SampleSet Samples { get; } = SampleSet.Load(Path.Combine(Repository.Root, "samples"), Side, 16000);

    /// <summary>Scenes of which all things sound, or one of two.</summary>
    public static IReadOnlyList<Scene> Scenes(SceneKind kind, int count, double seconds)
    {
        SceneComposer composer = new(Samples);
        return [.. Enumerable.Range(0, count).Select(i => composer.Compose(SceneSplit.Test, kind, Seed, i, frames: 1, (int)(seconds * Samples.SampleRate)))];
    }

    /// <summary>The boxes of what sounds, in fractions: left, top, right, bottom.</summary>
    public static IReadOnlyList<FrameBox> Boxes(Scene scene) => [.. scene.Objects.Where(each => each.Sounds).Select(each => each.Boxes[0]).Select(box =>
        new FrameBox((double)box.Left / Side, (double)box.Top / Side, (double)box.Right / Side, (double)box.Bottom / Side))];

    /// <summary>vggss.json, frames/ID.jpg, audio/ID.wav.</summary>
    public static void VggSs(string folder, IReadOnlyList<Scene> scenes)
    {
        JsonArray entries = [];
        for (int i = 0; i < scenes.Count; i++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"abcdefghij{i % 10}_{10 * i:D6}");
            Media(folder, $"frames/{id}.jpg", $"audio/{id}.wav", scenes[i]);
            entries.Add(new JsonObject { ["file"] = id, ["class"] = ClassOf(scenes[i], 0), ["bbox"] = new JsonArray([.. Boxes(scenes[i]).Select(box => new JsonArray(box.Left, box.Top, box.Right, box.Bottom))]) });
        }
        File.WriteAllText(Path.Combine(folder, "vggss.json"), entries.ToJsonString());
    }

    /// <summary>Annotations/ID.xml of three people in pixels of 256 from 1 on, the second a little to the right and the third without a box; Data/DIGIT/ID.jpg and ID.wav.</summary>
    public static void Flickr(string folder, IReadOnlyList<Scene> scenes)
    {
        for (int i = 0; i < scenes.Count; i++)
        {
            string id = string.Create(CultureInfo.InvariantCulture, $"{10000000 + 37 * i}");
            Media(folder, $"Data/{i % 10}/{id}.jpg", $"Data/{i % 10}/{id}.wav", scenes[i]);
            FrameBox box = Boxes(scenes[i])[0];
            int[] corners = [1 + (int)(256 * box.Left), 1 + (int)(256 * box.Top), (int)(256 * box.Right), (int)(256 * box.Bottom)];
            XElement Person(int number, int shift) => new($"annotator{number}", new XElement("bbox", new XElement("label", "sound"), new XElement("xmin", Math.Min(256, corners[0] + shift)), new XElement("ymin", corners[1]),
                new XElement("xmax", Math.Min(256, corners[2] + shift)), new XElement("ymax", corners[3])));
            new XElement("annotation", Person(1, 0), Person(2, 8), new XElement("annotator3")).Save(Prepare(folder, $"Annotations/{id}.xml"));
        }
    }

    /// <summary>solotest.json and duettest.json, video_frames/STEM/frame_SECOND/INDEX.jpg, audio_frames/STEM/SECOND.wav.</summary>
    public static void Music(string folder, IReadOnlyList<Scene> solos, IReadOnlyList<Scene> duets)
    {
        List<string> classes = [];
        foreach ((string file, IReadOnlyList<Scene> scenes) in new[] { ("solotest", solos), ("duettest", duets) })
        {
            JsonObject entries = [];
            for (int i = 0; i < scenes.Count; i++)
            {
                string stem = $"{file[..4]}{i}", second = string.Create(CultureInfo.InvariantCulture, $"{i % 3:D3}"), picture = $"{stem}/frame_{second}/00001.jpg";
                Media(folder, $"video_frames/{picture}", $"audio_frames/{stem}/{second}.wav", scenes[i]);
                JsonArray boxes = [.. Boxes(scenes[i]).Select((box, j) => new JsonObject
                {
                    ["box"] = new JsonArray(640 * box.Left, 360 * box.Top, 640 * (box.Right - box.Left), 360 * (box.Bottom - box.Top)),
                    ["normbox"] = new JsonArray(box.Left, box.Top, box.Right - box.Left, box.Bottom - box.Top), ["category_id"] = Category(ClassOf(scenes[i], j)),
                })];
                entries[picture] = new JsonObject { ["bbox"] = boxes, ["wdith"] = 640, ["height"] = 360 };
            }
            File.WriteAllText(Path.Combine(folder, $"{file}.json"), entries.ToJsonString());
        }

        int Category(string label)
        {
            if (!classes.Contains(label)) classes.Add(label);
            return categories[classes.IndexOf(label) % categories.Length];
        }
    }

    private static string ClassOf(Scene scene, int sounding) => Samples.Things[scene.Objects.Where(each => each.Sounds).ElementAt(sounding).Thing].Coarse;

    /// <summary>Frame as PNG under the published name, which readers see by its bytes, and sound.</summary>
    private static void Media(string folder, string picture, string sound, Scene scene)
    {
        AtomicFile.Write(Prepare(folder, picture), stream => Png.Write(stream, scene.Frame(0)));
        WavWriter.Write(Prepare(folder, sound), new Sound(scene.Waveform, Samples.SampleRate));
    }

    private static string Prepare(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }
}
