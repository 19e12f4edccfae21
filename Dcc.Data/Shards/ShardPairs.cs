// The units of a prepared folder as pairs of picture and sound, to look at. Read next: ShardReader.cs, ../Evaluation/LabelledPairs.cs.
using System.Globalization;
using Dcc.Model;

namespace Dcc.Data;

/// <summary>Units lie in the shards in the order of the inputs; a unit is shown by its middle frame.</summary>
public static class ShardPairs
{
    /// <summary>Every unit of a finished folder, named by its input and place in it. Nothing is read before a pair's picture or sound is asked for.</summary>
    /// <exception cref="DataException">The folder is none that `dcc prepare` made.</exception>
    public static LabelledPairs Read(string folder)
    {
        ShardIndex index = ShardIndex.Load(folder);
        LastUnit last = new();
        List<LabelledPair> pairs = [];
        using IEnumerator<(string Shard, int Unit)> places = index.Shards.SelectMany(shard => Enumerable.Range(0, shard.Units).Select(unit => (Path.Combine(folder, Path.GetFileName(shard.File)), unit))).GetEnumerator();
        foreach (InputEntry input in index.Inputs)
            for (int number = 1; number <= input.Units && places.MoveNext(); number++)
            {
                (string shard, int unit) = places.Current;
                string id = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(input.Path)}, unit {number}");
                pairs.Add(new LabelledPair(id, null, input.Path, () => Middle(last.Of(shard, unit), id), () => WavReader.Read(new MemoryStream(last.Of(shard, unit).Sound), id), []));
            }
        return new LabelledPairs($"{index.Units:N0} units of {folder}", pairs);
    }

    private static Picture Middle(EncodedUnit unit, string name) => PictureReader.Decode(unit.Frames[unit.Frames.Length / 2], name);

    /// <summary>Picture and sound of a unit are asked for one after the other, units mostly in their order: the last unit is kept, and its shard stays open for the next.</summary>
    private sealed class LastUnit
    {
        private (string Shard, int Unit) place;
        private ShardReader? reader;
        private EncodedUnit? unit;

        public EncodedUnit Of(string shard, int number)
        {
            if (unit is not null && place == (shard, number)) return unit;
            if (place.Shard != shard)
            {
                reader?.Dispose();
                (reader, place) = (new ShardReader(shard), (shard, -1));
            }
            (place, unit) = ((shard, number), reader!.Read(number));
            return unit;
        }
    }
}
