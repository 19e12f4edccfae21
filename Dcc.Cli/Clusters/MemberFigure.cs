// A member of a cluster as the report's figures show it: the frame under the cluster's share, the spectrogram under it, the sound. Read next: ClustersPage.cs, ../Report/Images.cs.
using System.Globalization;
using Dcc.Data;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class MemberFigure(DccOptions options)
{
    private const long MostSoundBytes = 32L << 20;
    private readonly Dictionary<Picture, string> photographs = [];
    private readonly SoundShelf sounds = new(MostSoundBytes);

    /// <param name="member">A unit.</param>
    /// <param name="measure">What its score is: "cosine", "share".</param>
    public SceneView Of(ClusterMember member, string measure)
    {
        UnitAssignments shares = member.Analysis.Assignments;
        Sound sound = new(member.Unit.Waveform!, options.LogMel.SampleRate);
        string name = Path.GetFileName(member.Source), time = member.Unit.StartSecond > 0 || member.Unit.EndSecond > 0 ? Text($" at {member.Unit.StartSecond:F1} s") : "";
        return new SceneView(name,
            new FrameView(Photograph(member.Unit.Frame!), $"{name}{time}", [new LayerView("share", Images.VisualShare(shares, member.Ranked.Cluster))], [], (double)member.Unit.Frame!.Width / member.Unit.Frame.Height),
            new SoundView(Images.Spectrogram(member.Analysis.LogMel, options.LogMel.Bands), Images.AudioShare(shares, member.Ranked.AudioCluster),
                sounds.Place(Text($"{member.Source} at {member.Unit.StartSecond}"), sound), sound.Seconds),
            null, Text($"{time.TrimStart()}{(time.Length > 0 ? ", " : "")}{measure} {member.Score:F2}"));
    }

    /// <summary>A frame may stand in several lists.</summary>
    private string Photograph(Picture frame)
    {
        if (!photographs.TryGetValue(frame, out string? uri)) photographs.Add(frame, uri = Images.Photograph(frame));
        return uri;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
