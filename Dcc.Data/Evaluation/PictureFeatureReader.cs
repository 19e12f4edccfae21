// Labelled pictures become feature rows: read one by one, embedded in batches. Read next: ImageFeatures.cs.
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A picture that could be read: Features [models][numbers], and the statistics of its colours.</summary>
internal sealed record ReadPicture(LabelledPicture Picture, float[][] Features, float[] Colours);

internal sealed class PictureFeatureReader(IReadOnlyList<DccModel> models, ProbeOptions options)
{
    private const int PicturesAtOnce = 16;

    public List<SkippedSample> Skipped { get; } = [];

    /// <summary>All pictures that can be read, in their order.</summary>
    public ReadPicture[] ReadAll(IReadOnlyList<LabelledPicture> pictures, IProgress<double>? progress, CancellationToken cancel)
    {
        List<ReadPicture> read = [];
        List<(ReadPicture Owner, Picture Pixels)> waiting = [];
        for (int i = 0; i < pictures.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            LabelledPicture listed = pictures[i];
            if (Usable.Try(() => PictureReader.Read(listed.Path), out Picture pixels) is { } reason) Skipped.Add(new SkippedSample(listed.Id, reason));
            else
            {
                ReadPicture owner = new(listed, new float[models.Count][], ColourStatistics.Of(pixels));
                read.Add(owner);
                waiting.Add((owner, pixels));
            }
            if (waiting.Count == PicturesAtOnce || i == pictures.Count - 1) Embed();
            progress?.Report((i + 1.0) / pictures.Count);
        }
        return [.. read];

        void Embed()
        {
            if (waiting.Count == 0) return;
            Picture[] pixels = [.. waiting.Select(each => each.Pixels)];
            for (int m = 0; m < models.Count; m++)
            {
                float[][] rows = models[m].EmbedPictures(pixels, options.Pooling);
                for (int w = 0; w < rows.Length; w++) waiting[w].Owner.Features[m] = rows[w];
            }
            waiting.Clear();
        }
    }
}
