// Sample folders: a good one loads, bad ones are refused in one sentence. Read next: ../../Dcc.Data/Scenes/SampleFolder.cs.
using System.Buffers.Binary;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Tests.Scenes;

public sealed class SampleFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dcc-samples-").FullName;

    public SampleFolderTests()
    {
        Directory.CreateDirectory(Path.Combine(folder, "backgrounds"));
        foreach (string name in new[] { "a.bmp", "b.bmp", "b2.bmp", "backgrounds/z.bmp", "backgrounds/B.bmp", "backgrounds/c.bmp" }) File.WriteAllBytes(Path.Combine(folder, name), Bitmap(40, 30));
        File.WriteAllText(Path.Combine(folder, "backgrounds", "notes.txt"), "not a picture");
        WriteSound("a.wav", 3.0, 16000);
        WriteSound("b.wav", 1.0, 16000);
        WriteManifest("a.bmp,a.wav,ant,insect,main", "b.bmp,b.wav,bee,insect,main", "b2.bmp,b.wav,bee,insect,second_view");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void WriteManifest(params string[] rows) => File.WriteAllLines(Path.Combine(folder, "pairs.csv"), ["image,sound,label,coarse,view", .. rows]);

    private void WriteSound(string name, double seconds, int rate) =>
        WavWriter.Write(Path.Combine(folder, name), new Sound([.. Enumerable.Range(0, (int)(seconds * rate)).Select(i => 0.5f * MathF.Sin(i))], rate));

    // 24-bit, bottom up, as every program reads it.
    private static byte[] Bitmap(int width, int height)
    {
        int row = (3 * width + 3) / 4 * 4;
        byte[] file = new byte[54 + row * height];
        file[0] = (byte)'B';
        file[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        file[10] = 54;
        file[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        file.AsSpan(54).Fill(200);
        return file;
    }

    private string Refused() => Assert.Throws<DataException>(() => SampleSet.Load(folder)).Message;

    [Fact]
    public void A_good_folder_loads()
    {
        SampleSet set = SampleSet.Load(folder);
        Assert.Equal(["B.bmp", "c.bmp", "z.bmp"], set.Backgrounds);
        Assert.Equal([1], set.TestBackgrounds);
        Assert.Equal(["ant", "bee"], set.Things.Select(t => t.Label));
        Assert.Equal([false, true], set.Things.Select(t => t.HasSecondView));
        Assert.Equal([true, false], set.Things.Select(t => t.HasHeldOutSound));
        Assert.Equal(64, new SceneComposer(set).Compose(SceneSplit.Test, SceneKind.Both, 1, 0, 1, 8000).Size);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string nowhere = Path.Combine(folder, "nowhere");
        Assert.Contains(nowhere, Assert.Throws<DataException>(() => SampleSet.Load(nowhere)).Message);
    }

    [Fact]
    public void A_missing_manifest_is_named()
    {
        File.Delete(Path.Combine(folder, "pairs.csv"));
        Assert.Contains("pairs.csv", Refused());
    }

    [Fact]
    public void Missing_backgrounds_are_asked_for()
    {
        Directory.Delete(Path.Combine(folder, "backgrounds"), recursive: true);
        Assert.Contains("backgrounds", Refused());
    }

    [Fact]
    public void A_view_that_is_none_is_told_with_its_line()
    {
        WriteManifest("a.bmp,a.wav,ant,insect,main", "b.bmp,b.wav,bee,insect,sideways");
        Assert.Contains("line 3: view is \"sideways\"", Refused());
    }

    [Fact]
    public void A_thing_with_second_views_only_is_refused()
    {
        WriteManifest("a.bmp,a.wav,ant,insect,main", "b.bmp,b.wav,bee,insect,second_view");
        Assert.Contains("bee has no photograph", Refused());
    }

    [Fact]
    public void A_recording_at_another_rate_is_refused()
    {
        WriteSound("b.wav", 1.0, 8000);
        Assert.Contains("8,000 samples a second", Refused());
    }

    [Fact]
    public void A_broken_picture_is_named()
    {
        File.WriteAllBytes(Path.Combine(folder, "b2.bmp"), Bitmap(40, 30)[..100]);
        Assert.Contains("b2.bmp", Refused());
    }

    [Fact]
    public void One_background_is_too_few()
    {
        File.Delete(Path.Combine(folder, "backgrounds", "z.bmp"));
        File.Delete(Path.Combine(folder, "backgrounds", "c.bmp"));
        Assert.Contains("at least 2 backgrounds", Refused());
    }
}
