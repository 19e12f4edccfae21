// Pairs in which what is seen sounds, and pairs in which it does not: silence, quiet noise, a sound from off the screen. Read next: SilenceEvaluation.cs.
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>A picture with a sound that is or is not its own. <paramref name="Kind"/> is "true", "silence", "noise", "off_screen" or "listed" (named non-sounding by a list).</summary>
public sealed record SilencePair(string Id, string Kind, string Group, Func<Picture> Picture, Func<Sound> Sound)
{
    public const string True = "true", Silence = "silence", Noise = "noise", OffScreen = "off_screen", Listed = "listed";

    /// <summary>Whether what is seen sounds.</summary>
    public bool Sounds => Kind == True;
}

/// <summary>Pairs to evaluate on, and what they are in words.</summary>
public sealed record SilencePairs(string Data, IReadOnlyList<SilencePair> Pairs)
{
    /// <summary>Root mean square of the quiet noise: -60 dB of full scale.</summary>
    public const float NoiseLevel = 0.001f;

    /// <summary>
    /// Four pairs of each: the true one; its sound replaced by digital silence; by white noise of <see cref="NoiseLevel"/>; by the sound of the next pair of another recording and another class,
    /// where classes are known. The fourth is left out where there is no other.
    /// </summary>
    public static SilencePairs From(LabelledPairs pairs, ulong seed)
    {
        List<SilencePair> made = [];
        for (int i = 0; i < pairs.Pairs.Count; i++)
        {
            LabelledPair own = pairs.Pairs[i];
            Philox random = new(seed, 0x6e6f6973_00000000 + (ulong)i);   // "nois"
            made.Add(new SilencePair(own.Id, SilencePair.True, own.Group, own.Picture, own.Sound));
            made.Add(new SilencePair(own.Id, SilencePair.Silence, own.Group, own.Picture, () => Like(own.Sound(), _ => 0f)));
            made.Add(new SilencePair(own.Id, SilencePair.Noise, own.Group, own.Picture, () => Noise(own.Sound(), random)));
            LabelledPair? other = Enumerable.Range(1, pairs.Pairs.Count - 1).Select(step => pairs.Pairs[(i + step) % pairs.Pairs.Count]).FirstOrDefault(each => IsOther(own, each));
            if (other is not null) made.Add(new SilencePair($"{own.Id} <- {other.Id}", SilencePair.OffScreen, own.Group, own.Picture, other.Sound));
        }
        return new SilencePairs(pairs.Data, made);
    }

    /// <summary>The pairs of a data set as its list has them: some sound, some do not.</summary>
    public static SilencePairs Listed(string data, IReadOnlyList<BoxedPair> pairs) => new(data, [.. pairs.Select(pair =>
        new SilencePair(pair.Id, pair.Silent ? SilencePair.Listed : SilencePair.True, pair.PicturePath, () => PictureReader.Read(pair.PicturePath), () => SoundFile.Read(pair.SoundPath!, CancellationToken.None)))]);

    private static bool IsOther(LabelledPair a, LabelledPair b) => a.Group != b.Group && (a.Label is null || b.Label is null || a.Label != b.Label);

    private static Sound Like(Sound sound, Func<int, float> sample) => new([.. Enumerable.Range(0, sound.Samples.Length).Select(sample)], sound.SampleRate);

    private static Sound Noise(Sound sound, Philox random)
    {
        Philox own = random;   // a copy: asked twice, the same noise
        return Like(sound, _ => NoiseLevel * own.NextNormal());
    }
}
