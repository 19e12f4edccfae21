// One input becomes a part file, whatever is wrong with it. Read next: UnitCutter.cs, PartFile.cs.
using System.Security.Cryptography;

namespace Dcc.Data;

internal sealed class InputReader(PrepareOptions options, CancellationToken cancel)
{
    /// <summary>Writes the part and returns what became of the input; only a failure to write, and being cancelled, is thrown.</summary>
    public InputEntry Read(InputEntry input, int number, string partPath)
    {
        InputEntry known = input, result = input;
        try
        {
            known = Identify(input);
            if (input.Sound is { } sound) PartFile.Write(partPath, number, options, known, Readable(PairCutter.Units(input.Path, sound, options, cancel)), units => result = known with { State = InputState.Prepared, Units = units });
            else
            {
                using UnitCutter cutter = new(Probe(input), options, cancel);
                PartFile.Write(partPath, number, options, known, Readable(cutter.Units()), units => result = known with
                {
                    State = InputState.Prepared,
                    Units = units,
                    SilentUnits = cutter.SilentUnits,
                    Reason = cutter.Complaint is { } complaint ? $"{input.Source} is damaged, its units are what can be decoded ({complaint})." : null,
                });
            }
        }
        catch (NoUnitsException none) { Skip(none.State, none.Message); }
        catch (DataException failure) { Skip(input.Sound is null ? InputState.Damaged : Judge([input.Path, input.Sound]), failure.Message); }
        catch (UnreadableException failure) { Skip(InputState.Unreadable, failure.Message); }
        return result;

        void Skip(InputState state, string reason) => PartFile.Write(partPath, number, options, known, [], _ => result = known with { State = state, Reason = reason });
    }

    /// <summary>Tells failures to read from failures to write, which end the run.</summary>
    private static IEnumerable<Unit> Readable(IEnumerable<Unit> units)
    {
        using IEnumerator<Unit> each = units.GetEnumerator();
        while (true)
        {
            bool more;
            try { more = each.MoveNext(); }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException) { throw new UnreadableException(failure.Message); }
            if (!more) yield break;
            yield return each.Current;
        }
    }

    private InputEntry Identify(InputEntry input)
    {
        string[] files = input.Sound is { } sound ? [input.Path, sound] : [input.Path];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 18];
        long size = 0;
        try
        {
            foreach (string file in files)
            {
                using FileStream stream = Open(file);
                size += stream.Length;
                for (int got; (got = stream.Read(buffer)) > 0;)
                {
                    cancel.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, got);
                }
            }
        }
        catch (IOException failure) { throw new UnreadableException($"{input.Source} cannot be read ({failure.Message})."); }
        return input with { Size = size, Modified = Modified(input), Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    private static FileStream Open(string file)
    {
        try { return InputFile.Open(file, "a recording"); }
        catch (DataException failure) { throw new UnreadableException(failure.Message); }
    }

    /// <summary>When the input's file, or the later of two, was changed, to a second.</summary>
    public static DateTime Modified(InputEntry input)
    {
        DateTime own = File.GetLastWriteTimeUtc(input.Path), sound = input.Sound is { } file ? File.GetLastWriteTimeUtc(file) : own, last = own > sound ? own : sound;
        return new DateTime(last.Ticks - last.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
    }

    private MediaInfo Probe(InputEntry input)
    {
        try { return MediaFile.Probe(input.Path, cancel); }
        catch (DataException failure) { throw new NoUnitsException(Judge([input.Path]), failure.Message); }
    }

    /// <summary>What files that could not be used are, by their first bytes.</summary>
    private static InputState Judge(string[] files)
    {
        Span<byte> head = stackalloc byte[64];
        foreach (string file in files)
        {
            int length;
            try
            {
                using FileStream stream = File.OpenRead(file);
                length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException) { return InputState.Unreadable; }
            string? kind = InputFile.Kind(head[..length]);
            if (kind is null or "a text file" or "a ZIP archive" or "a PDF document" || (files.Length == 1 && kind.EndsWith("picture", StringComparison.Ordinal))) return InputState.NotMedia;
        }
        return InputState.Damaged;
    }

    private sealed class UnreadableException(string message) : Exception(message);
}
