// Reads a sample folder into a SampleSet. Read next: Thing.cs.
using Dcc.Model;

namespace Dcc.Data;

internal static class SampleFolder
{
    private const string Manifest = "pairs.csv", BackgroundFolder = "backgrounds", MainView = "main", SecondView = "second_view";
    private static readonly string[] PictureEndings = [".png", ".jpg", ".jpeg", ".bmp", ".gif"];

    public static SampleSet Read(string folder, int frameSize, int sampleRate)
    {
        if (!Directory.Exists(folder)) throw new DataException($"There is no sample folder {folder}.");
        IReadOnlyList<PairEntry> pairs = PairManifest.Read(Path.Combine(folder, Manifest)).Pairs;

        // Decoding is the slow part and its order does not matter: every result goes to its own place.
        string[] soundFiles = [.. pairs.Select(p => p.Sound).Distinct()];
        Recording[] recordings = new Recording[soundFiles.Length];
        Stamp[] stamps = new Stamp[pairs.Count];
        string[] backgroundFiles = BackgroundFiles(folder);
        Pyramid[] backgrounds = new Pyramid[backgroundFiles.Length];
        List<Action> work =
        [
            .. soundFiles.Select((file, i) => (Action)(() => recordings[i] = ReadRecording(file, sampleRate))),
            .. pairs.Select((pair, i) => (Action)(() => stamps[i] = ReadStamp(pair.Image, frameSize))),
            .. backgroundFiles.Select((file, i) => (Action)(() => backgrounds[i] = ReadBackground(Path.Combine(folder, BackgroundFolder, file), frameSize))),
        ];
        RunAll(work);

        List<Thing> things = [];
        for (int s = 0; s < soundFiles.Length; s++)
        {
            int[] members = [.. Enumerable.Range(0, pairs.Count).Where(i => pairs[i].Sound == soundFiles[s])];
            PairEntry first = pairs[members[0]];
            things.Add(new Thing(first.Label ?? Path.GetFileNameWithoutExtension(first.Sound), first.Coarse ?? "", recordings[s],
                [.. members.Where(i => !IsSecond(pairs[i])).Select(i => stamps[i])], [.. members.Where(i => IsSecond(pairs[i])).Select(i => stamps[i])]));
        }
        return new SampleSet(things, backgroundFiles, backgrounds, frameSize, sampleRate);
    }

    private static bool IsSecond(PairEntry pair) => pair.View switch
    {
        null or MainView => false,
        SecondView => true,
        _ => throw new DataException($"{Manifest}, line {pair.Line}: view is \"{pair.View}\"; it must be {MainView}, {SecondView} or empty."),
    };

    // Of several errors the first in the order of the list is told: the same one in every run.
    private static void RunAll(List<Action> work)
    {
        DataException?[] errors = new DataException?[work.Count];
        Parallel.For(0, work.Count, i =>
        {
            try { work[i](); }
            catch (DataException error) { errors[i] = error; }
        });
        if (errors.FirstOrDefault(e => e is not null) is DataException first) throw first;
    }

    private static string[] BackgroundFiles(string folder)
    {
        string path = Path.Combine(folder, BackgroundFolder);
        if (!Directory.Exists(path)) throw new DataException($"The sample folder {folder} has no folder \"{BackgroundFolder}\" with photographs to paste on.");
        string[] files = [.. Directory.EnumerateFiles(path).Where(f => PictureEndings.Contains(Path.GetExtension(f).ToLowerInvariant())).Select(f => Path.GetFileName(f))];
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static Recording ReadRecording(string path, int sampleRate)
    {
        Sound sound = WavReader.Read(path);
        if (sound.SampleRate != sampleRate) throw new DataException($"{path} has {sound.SampleRate:N0} samples a second, scenes are composed at {sampleRate:N0}: convert it first.");
        return new Recording(Path.GetFileName(path), sound.Samples, sampleRate);
    }

    private static Stamp ReadStamp(string path, int frameSize)
    {
        RgbaPicture picture = PictureReader.ReadRgba(path);
        return new Stamp(picture.Rgba, picture.Width, picture.Height, SampleSet.StampSide(frameSize), Path.GetFileName(path));
    }

    private static Pyramid ReadBackground(string path, int frameSize)
    {
        RgbaPicture picture = PictureReader.ReadRgba(path);
        return SampleSet.Background(picture.Rgba, picture.Width, picture.Height, frameSize);
    }
}
