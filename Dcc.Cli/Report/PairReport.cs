// Chooses what of a run on one's own pairs the report shows. Read next: PairMeasures.cs, ReportPage.cs.
using System.Globalization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class PairReport
{
    private const int Browsed = 72, Members = 6, Retrievals = 4, Ranked = 8, Chunk = 16, ShownSide = 240;

    /// <summary>Pairs that are read and analysed, spread evenly over the list.</summary>
    public const int MostPairs = 200;

    private readonly RunFiles run;
    private readonly DccModel model;
    private readonly LabelledPairs pairs;
    private readonly SampleViews views;
    private readonly List<Analysed> items = [];
    private readonly List<SkippedSample> skipped = [];
    private string[] groups = [];
    private EvaluationReport? measures;

    private PairReport(RunFiles run, DccModel model, LabelledPairs pairs)
    {
        this.run = run;
        this.model = model;
        this.pairs = pairs;
        views = new SampleViews(model.Options.LogMel.Bands);
    }

    /// <summary>The page. What cannot be read is left out and counted.</summary>
    /// <param name="run">What was trained.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="pairs">What to show it; of more than <see cref="MostPairs"/> evenly spread ones.</param>
    /// <param name="evaluations">Shown beside what is measured here.</param>
    /// <param name="progress">Share done, 0 to 1.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="DataException">No pair can be read.</exception>
    public static string Write(RunFiles run, DccModel model, LabelledPairs pairs, IReadOnlyList<EvaluationReport> evaluations, IProgress<double>? progress, CancellationToken cancel)
    {
        PairReport report = new(run, model, pairs);
        report.Read(progress, cancel);
        return ReportPage.Write(report.Data(evaluations));
    }

    private void Read(IProgress<double>? progress, CancellationToken cancel)
    {
        int count = Math.Min(MostPairs, pairs.Pairs.Count);
        List<LabelledPair> chosen = [.. Enumerable.Range(0, count).Select(i => pairs.Pairs[(int)((long)i * pairs.Pairs.Count / count)])];
        List<(Picture Picture, Sound Sound)> media = [];
        List<LabelledPair> readable = [];
        // Pictures are kept small: only the frame and what the reader sees of them is needed.
        foreach (LabelledPair pair in chosen)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                media.Add((Thumbnail.Of(pair.Picture(), Math.Max(ShownSide, 2 * model.Options.FrameSize)), Shortened(pair.Sound())));
                readable.Add(pair);
            }
            catch (Exception failure) when (failure is DataException or IOException or UnauthorizedAccessException or NotSupportedException) { skipped.Add(new SkippedSample(pair.Id, failure.Message)); }
            progress?.Report(0.3 * (media.Count + skipped.Count) / count);
        }
        if (media.Count == 0) throw new DataException($"{pairs.Data} has no pair that can be read{(skipped.Count > 0 ? $"; the first: {skipped[0].Reason}" : "")}: name other pairs with --pairs.");
        using DccModel untrained = DccModel.Create(model.Device, model.Options, run.Seed);
        List<UnitAnalysis> baseline = [];
        for (int from = 0; from < media.Count; from += Chunk)
        {
            cancel.ThrowIfCancellationRequested();
            int size = Math.Min(Chunk, media.Count - from);
            UnitBatch batch = model.BatchOf(media.GetRange(from, size));
            IReadOnlyList<UnitAnalysis> analysed = model.Analyze(batch);
            baseline.AddRange(untrained.Analyze(batch));
            for (int i = 0; i < size; i++) items.Add(new Analysed(Sample(readable[from + i], media[from + i].Picture, batch, i), analysed[i]));
            progress?.Report(0.3 + 0.7 * items.Count / media.Count);
        }
        groups = [.. readable.Select(pair => pair.Group)];
        measures = PairMeasures.Of(model, items, baseline, groups, pairs.Data, run.Seed);
    }

    /// <summary>The beginning, as the model hears it, with what resampling needs.</summary>
    private Sound Shortened(Sound sound)
    {
        int needed = (int)Math.Min(sound.Samples.Length, ((long)model.Options.SamplesPerUnit + 1024) * sound.SampleRate / model.Options.LogMel.SampleRate + 1024);
        return needed == sound.Samples.Length ? sound : new Sound(sound.Samples[..needed], sound.SampleRate);
    }

    private ReportSample Sample(LabelledPair pair, Picture picture, UnitBatch batch, int unit)
    {
        float[] heard = batch.Waveforms[(unit * batch.Samples)..((unit + 1) * batch.Samples)];
        return new ReportSample(pair.Id, Words(pair.Label) ?? pair.Id, Words(pair.Label) ?? "", "pair", $"The picture of {pair.Id}", () => Thumbnail.Of(picture, ShownSide), new Sound(heard, model.Options.LogMel.SampleRate),
            [.. pair.Boxes.Select(box => new BoxView((double)box.Box.Left / picture.Width, (double)box.Box.Top / picture.Height, (double)box.Box.Width / picture.Width, (double)box.Box.Height / picture.Height, box.Sounds))]);
    }

    private static string? Words(string? label) => label?.Replace('_', ' ');

    private ReportData Data(IReadOnlyList<EvaluationReport> evaluations) => new()
    {
        Title = "What makes which sound?",
        Lead = $"A network of {model.ParameterCount.ToString("N0", CultureInfo.InvariantCulture)} parameters looked and listened for {DemoReport.Minutes(run.Seconds)} ({run.StepsDone.ToString("N0", CultureInfo.InvariantCulture)} steps), with nobody telling it what was to be seen or heard. This page shows what it makes of {items.Count} of the pairs of {pairs.Data}.",
        FrameSize = model.Options.FrameSize,
        Evaluations = [.. measures is null ? [] : new[] { measures }, .. evaluations],
        History = run.History,
        Gallery = new GalleryView("The pairs", "Training saw these pairs, unless others were named for the report.", [.. items.Take(Browsed).Select(views.Browsed)], pairs.Pairs.Count),
        Clusters = [.. Enumerable.Range(0, model.Options.Clusters).Select(k => new ClusterView(k, items.Average(item => DemoReport.VisualShare(item.Analysis.Assignments, k)),
            [.. items.OrderByDescending(item => item.Analysis.Assignments.Cosines[k]).DistinctBy(item => item.Sample.Title).Take(Members).Select(item => views.Member(item, k))]))],
        Retrieval = items.Count < 2 ? [] : [.. Enumerable.Range(0, Math.Min(Retrievals, items.Count)).Select(i => Retrieval(i * items.Count / Math.Min(Retrievals, items.Count)))],
        Embedding = EmbeddingMap.Of(items, model.Options),
        Facts = ReportFacts.Of(run, model, skipped, views.SoundsLeftOut),
    };

    private RetrievalView Retrieval(int asked)
    {
        float[] similarities = model.Similarities([items[asked].Analysis.AudioCentres], [.. items.Select(item => item.Analysis.VisualCentres)]);
        IEnumerable<CandidateView> ranked = Enumerable.Range(0, items.Count).OrderByDescending(i => similarities[i]).Take(Ranked)
            .Select(i => new CandidateView(views.Frame(items[i].Sample, []) with { Boxes = [] }, items[i].Sample.Title, similarities[i], groups[i] == groups[asked]));
        return new RetrievalView(items[asked].Sample.Title, views.Sound(items[asked], Images.AudioClusters(items[asked].Analysis.Assignments)), [.. ranked], items.Count);
    }
}
