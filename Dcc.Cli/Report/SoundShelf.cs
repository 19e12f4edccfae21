// Sounds are most of a report's bytes: each is in the page once, and together they keep to a limit. Read next: SampleViews.cs.
using Dcc.Model;

namespace Dcc.Cli;

/// <summary>Uri is a data URI, or null where Id names a sound that stands elsewhere in the page. Both null: left out.</summary>
internal readonly record struct ShelvedSound(string? Id, string? Uri);

internal sealed class SoundShelf(long mostBytes)
{
    private readonly Dictionary<string, string> placed = [];
    private long left = mostBytes;

    /// <summary>Sounds that the limit left out.</summary>
    public int LeftOut { get; private set; }

    public ShelvedSound Place(string key, Sound sound)
    {
        if (placed.TryGetValue(key, out string? id)) return new ShelvedSound(id, null);
        string uri = Images.Wav(sound);
        if (uri.Length > left)
        {
            LeftOut++;
            return default;
        }
        left -= uri.Length;
        placed.Add(key, id = $"sound{placed.Count}");
        return new ShelvedSound(id, uri);
    }
}
