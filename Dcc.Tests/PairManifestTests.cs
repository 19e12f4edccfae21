// The CSV manifest of pairs: what it takes, and that every error names its line. Read next: Dcc.Data/Manifests/PairManifest.cs.
using Dcc.Data;

namespace Dcc.Tests;

public sealed class PairManifestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PairManifestTests()
    {
        foreach (string name in new[] { "dog.png", "dog.wav", "a, b.wav" }) folder.File(name, "x");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Columns_may_stand_in_any_order_and_optional_ones_may_be_missing()
    {
        PairManifest manifest = Read("Sound, note ,image,LABEL\ndog.wav,x,dog.png,dog\n\n\"a, b.wav\",,dog.png,\n");
        Assert.Equal(2, manifest.Pairs.Count);
        Assert.Equal(new PairEntry(folder.Path("dog.png"), folder.Path("dog.wav"), "dog", null, null, 2), manifest.Pairs[0]);
        Assert.Equal(new PairEntry(folder.Path("dog.png"), folder.Path("a, b.wav"), null, null, null, 4), manifest.Pairs[1]);
    }

    [Fact]
    public void All_columns_byte_order_mark_and_absolute_paths()
    {
        PairEntry pair = Assert.Single(Read($"\ufeffimage,sound,label,coarse,view\r\n{folder.Path("dog.png")},./dog.wav,dog,animal,side\r\n").Pairs);
        Assert.Equal(("dog", "animal", "side"), (pair.Label, pair.Coarse, pair.View));
        Assert.Equal((folder.Path("dog.png"), folder.Path("dog.wav")), (pair.Image, pair.Sound));
    }

    [Fact]
    public void Every_wrong_line_is_named() =>
        Refused("image,sound\ndog.png,dog.wav\ncat.png,dog.wav\ndog.png,\ndog.png\n", "pairs.csv", "line 3: image", "cat.png does not exist", "line 4: sound is empty", "line 5: sound is empty");

    [Fact]
    public void A_missing_column_is_named() => Refused("image,label\ndog.png,dog\n", "line 1", "\"sound\"");

    [Fact]
    public void A_stray_quotation_mark_is_found() => Refused("image,sound\ndog.png,dog.wav\nd\"og.png,dog.wav\n", "line 3");

    [Fact]
    public void A_manifest_without_pairs_is_refused() => Refused("image,sound\n", "no pairs");

    [Fact]
    public void Other_files_are_called_what_they_are()
    {
        Refused("", "empty");
        Assert.Contains("WAV sound", Assert.Throws<DataException>(() => PairManifest.Read(folder.File("pairs.csv", [.. "RIFF"u8, 1, 0, 0, 0, .. "WAVEfmt "u8]))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => PairManifest.Read(folder.Path("none.csv"))).Message, StringComparison.Ordinal);
    }

    private PairManifest Read(string text) => PairManifest.Read(folder.File("pairs.csv", text));

    private void Refused(string text, params string[] words)
    {
        string message = Assert.Throws<DataException>(() => Read(text)).Message;
        foreach (string word in words) Assert.Contains(word, message, StringComparison.Ordinal);
    }
}
