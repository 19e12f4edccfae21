// Centres of every distinct picture and sound, read one after the other: a large set is never in memory decoded. Read next: RetrievalTask.cs.
using Dcc.Model;

namespace Dcc.Data;

internal sealed class RetrievalEncoder(IReadOnlyList<DccModel> models, SoundWindow window)
{
    private readonly Dictionary<string, float[][]> pictures = [], sounds = [];
    private readonly Dictionary<string, string> broken = [];
    private Picture? lastPicture;
    private Sound? lastSound;

    /// <summary>Pairs of which both files could be read.</summary>
    public List<MediaPair> Used { get; } = [];

    public List<SkippedSample> Skipped { get; } = [];

    /// <summary>Centres of a picture that some pair in <see cref="Used"/> has, by model.</summary>
    public float[] Picture(string path, int model) => pictures[path][model];

    /// <summary>Centres of a sound, likewise.</summary>
    public float[] Sound(string path, int model) => sounds[path][model];

    /// <summary>Reads what was not read before. A bad file costs the pairs that it is in.</summary>
    public void Read(MediaPair pair, CancellationToken cancel)
    {
        Picture? picture = null;
        Sound? sound = null;
        string? reason = pictures.ContainsKey(pair.Image) ? null : Try(pair.Image, () => picture = PictureReader.Read(pair.Image));
        reason ??= sounds.ContainsKey(pair.Sound) ? null : Try(pair.Sound, () => sound = SoundWindows.Cut(SoundFile.Read(pair.Sound, cancel), models[0].Options, window));
        if (reason is not null)
        {
            Skipped.Add(new SkippedSample(pair.Id, reason));
            return;
        }
        Used.Add(pair);
        if (picture is null && sound is null) return;
        // The centres of a picture do not depend on the sound beside it: any company will do.
        (lastPicture, lastSound) = (picture ?? lastPicture, sound ?? lastSound);
        UnitAnalysis[] seen = [.. models.Select(model => model.AnalyzeOne(lastPicture!, lastSound!))];
        if (picture is not null) pictures.Add(pair.Image, Array.ConvertAll(seen, each => each.VisualCentres));
        if (sound is not null) sounds.Add(pair.Sound, Array.ConvertAll(seen, each => each.AudioCentres));
    }

    private string? Try(string path, Action read)
    {
        if (broken.TryGetValue(path, out string? known)) return known;
        string? reason = Usable.Try(() => { read(); return 0; }, out _);
        if (reason is not null) broken.Add(path, reason);
        return reason;
    }
}
