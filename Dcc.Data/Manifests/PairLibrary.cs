// The pictures and sounds of a manifest, decoded once and kept in memory at the size a model needs. Read next: ManifestSource.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A pair that cannot be used. Line is where it stands in the manifest.</summary>
public sealed record SkippedPair(int Line, string Reason);

/// <summary>One sound at the model's rate, and the pictures that go with it.</summary>
internal sealed record LibrarySound(float[] Samples, IReadOnlyList<Pyramid> Pictures);

/// <summary>One bad file costs its pair, never the run: it is listed in <see cref="Skipped"/> with the reason.</summary>
public sealed class PairLibrary
{
    private PairLibrary(IReadOnlyList<LibrarySound> sounds, IReadOnlyList<SkippedPair> skipped)
    {
        Sounds = sounds;
        Skipped = skipped;
    }

    internal IReadOnlyList<LibrarySound> Sounds { get; }

    public int SoundCount => Sounds.Count;

    public int PairCount => Sounds.Sum(sound => sound.Pictures.Count);

    public IReadOnlyList<SkippedPair> Skipped { get; }

    /// <summary>Reads every file of the manifest for a model of these options.</summary>
    /// <exception cref="DataException">Fewer than two sounds with a picture can be read: a pair needs a mismatch.</exception>
    public static PairLibrary Load(PairManifest manifest, DccOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        Pyramid?[] pictures = new Pyramid?[manifest.Pairs.Count];
        string[] files = [.. manifest.Pairs.Select(pair => pair.Sound).Distinct()];
        Dictionary<string, int> numbers = files.Select((file, i) => (file, i)).ToDictionary(each => each.file, each => each.i);
        float[]?[] sounds = new float[]?[files.Length];
        string?[] pictureErrors = new string?[pictures.Length], soundErrors = new string?[files.Length];
        int done = 0, all = pictures.Length + files.Length;
        Lock told = new();

        // Every result has its own place: the order in which files are read does not matter.
        Parallel.For(0, all, new ParallelOptions { CancellationToken = cancel }, i =>
        {
            if (i < pictures.Length) pictureErrors[i] = Try(() => pictures[i] = ReadPicture(manifest.Pairs[i].Image, options.FrameSize));
            else soundErrors[i - pictures.Length] = Try(() => sounds[i - pictures.Length] = MediaFile.ReadSound(files[i - pictures.Length], options.LogMel.SampleRate, cancel).Samples);
            lock (told) progress?.Report((double)++done / all);
        });

        List<SkippedPair> skipped = [];
        List<Pyramid>[] shown = [.. files.Select(_ => new List<Pyramid>())];
        for (int i = 0; i < pictures.Length; i++)
        {
            int sound = numbers[manifest.Pairs[i].Sound];
            if ((pictureErrors[i] ?? soundErrors[sound]) is { } reason) skipped.Add(new SkippedPair(manifest.Pairs[i].Line, reason));
            else shown[sound].Add(pictures[i]!);
        }
        LibrarySound[] usable = [.. Enumerable.Range(0, files.Length).Where(i => shown[i].Count > 0).Select(i => new LibrarySound(sounds[i]!, shown[i]))];
        if (usable.Length < 2)
            throw new DataException($"{manifest.Path} has {usable.Length} sound{(usable.Length == 1 ? "" : "s")} with a picture that can be read, training needs at least 2 (a pair needs a mismatch)"
                + $"{(skipped.Count > 0 ? $"; {skipped.Count} pairs cannot be used, the first in line {skipped[0].Line}: {skipped[0].Reason}" : ": add more pairs.")}");
        return new PairLibrary(usable, skipped);
    }

    private static string? Try(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception error) when (error is DataException or IOException or UnauthorizedAccessException or NotSupportedException) { return error.Message; }
    }

    private static Pyramid ReadPicture(string path, int frameSize)
    {
        Picture picture = PictureReader.Read(path);
        return SampleSet.Background(Rgba.Of(picture), picture.Width, picture.Height, frameSize);
    }
}
