// The clustering of one unit round by round, for people who want to see it converge. Read next: Tasks/ClusteringRound.cs, Networks/Clustering.cs.
using Dcc.Tensors;

namespace Dcc.Model;

public sealed partial class DccModel
{
    /// <summary>As <see cref="Rounds(UnitBatch, int?)"/>, for one picture and the beginning of one sound.</summary>
    public IReadOnlyList<ClusteringRound> Rounds(Picture picture, Sound sound, int? upTo = null) => Rounds(BatchOf([(picture, sound)]), upTo);

    /// <summary>
    /// The state of the clustering before the first round and after each: the same features clustered again with 1, 2, ... rounds. Entry T (<see cref="DccOptions.Rounds"/>) is what
    /// <see cref="Analyze"/> answers, bit for bit; later ones show where more rounds than the model was trained with would lead.
    /// </summary>
    /// <param name="batch">One unit.</param>
    /// <param name="upTo">The last round, at least 1; T if null.</param>
    public IReadOnlyList<ClusteringRound> Rounds(UnitBatch batch, int? upTo = null)
    {
        if (batch.Units != 1) throw new ArgumentException($"Rounds are shown of one unit, the batch has {batch.Units}.");
        RequireFits(batch);
        int last = upTo ?? Options.Rounds;
        ArgumentOutOfRangeException.ThrowIfLessThan(last, 1, nameof(upTo));
        return InScope(() =>
        {
            Tensor seen = VisualMap(Tensor.From(Device, new TensorShape(batch.FramesPerUnit, batch.Height, batch.Width, 3), batch.Frames), training: false);
            Tensor heard = AudioMap(Spectrogram(Tensor.From(Device, new TensorShape(1, batch.Samples), batch.Waveforms)));
            List<ClusteringRound> states = [];
            for (int round = 1; round <= last; round++)
            {
                Clustered picture = clustering.Cluster(seen, 1, audio: false, round), sound = clustering.Cluster(heard, 1, audio: true, round);
                float[] visual = picture.Assignments.ToArray(), audio = sound.Assignments.ToArray();
                float[] heardCentres = sound.Centres.ToArray(), seenCentres = picture.Centres.ToArray();
                ToCompare(heardCentres);
                ToCompare(seenCentres);
                (float[] cosines, float similarity) = Agreement(heardCentres, seenCentres);
                if (round == 1) states.Add(new ClusteringRound(0, Even(visual.Length, Options.Clusters), Even(audio.Length, Options.AudioClusterCount), new float[cosines.Length], 0f));
                states.Add(new ClusteringRound(round, visual, audio, cosines, similarity));
            }
            return (IReadOnlyList<ClusteringRound>)states;
        });
    }

    private static float[] Even(int count, int clusters)
    {
        float[] shares = new float[count];
        Array.Fill(shares, 1f / clusters);
        return shares;
    }
}
