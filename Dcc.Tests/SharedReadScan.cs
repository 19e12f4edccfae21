// Finds reads of shared memory that stand behind the barrier that was to protect them: ILGPU 1.5 may move a read past the last memory operation or barrier of its block.
// Read next: CompileGateTests.cs, ../Dcc.Kernels/Gpu/GroupTree.cs (whose two barriers hold reads back).
using System.Text.RegularExpressions;

namespace Dcc.Tests;

/// <summary>
/// A kernel reads a[..], waits, and only then may another thread overwrite a. If the compiler puts the read behind the barrier, a fast thread's next store races with it: rare, on a card
/// only, and never seen on a device that runs a group's threads in step. In PTX the trace is a read behind the last barrier of its basic block, from which a store to the same array is
/// reached without another barrier. Arrays are told apart by following the symbols of .shared variables through the registers that addresses are made in.
/// </summary>
internal static partial class SharedReadScan
{
    private enum Kind { Other, Read, Store, Barrier }

    private sealed record Instruction(string Text, Kind Kind, string Address, HashSet<string> Arrays);

    /// <summary>Each read with a store that may overtake it, in the words of the PTX.</summary>
    public static IReadOnlyList<string> Find(string ptx)
    {
        List<Instruction> code = [];
        Dictionary<string, int> labels = [];
        foreach (string raw in ptx.Split('\n'))
        {
            string line = raw.Trim();
            while (Label().Match(line) is { Success: true } label)
            {
                labels[label.Groups[1].Value] = code.Count;
                line = line[label.Length..].Trim();
            }
            if (line.Length > 0 && (char.IsAsciiLetterLower(line[0]) || line[0] == '@')) code.Add(Read(line));
        }
        FollowArrays(code, [.. SharedVariable().Matches(ptx).Select(match => match.Groups[1].Value)]);
        List<string> found = [];
        HashSet<int> starts = [.. labels.Values];
        bool barrier = false;   // one stands before in this block
        for (int i = 0; i < code.Count; i++)
        {
            if (starts.Contains(i) || (i > 0 && Branch().IsMatch(code[i - 1].Text))) barrier = false;
            if (code[i].Kind == Kind.Barrier) barrier = true;
            if (code[i].Kind == Kind.Read && barrier && Overtaking(code, labels, i) is { } store) found.Add($"{code[i].Text} ... {store.Text}");
        }
        return found;
    }

    private static Instruction Read(string line)
    {
        string text = Predicate().Replace(line, "");
        Kind kind = text.StartsWith("bar.", StringComparison.Ordinal) || text.StartsWith("barrier", StringComparison.Ordinal) ? Kind.Barrier
            : SharedRead().IsMatch(text) ? Kind.Read
            : SharedStore().IsMatch(text) ? Kind.Store
            : Kind.Other;
        return new Instruction(line, kind, Address().Match(text).Groups[1].Value, []);
    }

    /// <summary>A register holds an address into those arrays whose symbol went into it, by however many steps; a loaded value is no address.</summary>
    private static void FollowArrays(List<Instruction> code, HashSet<string> variables)
    {
        Dictionary<string, HashSet<string>> reach = variables.ToDictionary(name => name, name => new HashSet<string> { name });
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Instruction instruction in code.Where(each => each.Kind == Kind.Other && !each.Text.StartsWith("ld.", StringComparison.Ordinal)))
            {
                string[] names = [.. Name().Matches(Predicate().Replace(instruction.Text, "")).Select(match => match.Value)];
                if (names.Length < 2) continue;
                foreach (string source in names.Skip(1))
                    if (reach.TryGetValue(source, out HashSet<string>? arrays) && source != names[0])
                    {
                        if (!reach.TryGetValue(names[0], out HashSet<string>? into)) reach[names[0]] = into = [];
                        int before = into.Count;
                        into.UnionWith(arrays);
                        changed |= into.Count > before;
                    }
            }
        }
        foreach (Instruction instruction in code.Where(each => each.Kind is Kind.Read or Kind.Store))
            instruction.Arrays.UnionWith(reach.GetValueOrDefault(instruction.Address) ?? variables);   // of unknown origin: any array
    }

    /// <summary>The first store to the read's array that some path from the read meets before a barrier.</summary>
    private static Instruction? Overtaking(List<Instruction> code, Dictionary<string, int> labels, int read)
    {
        HashSet<int> seen = [];
        Stack<int> next = new([read + 1]);
        while (next.TryPop(out int i))
        {
            if (i >= code.Count || !seen.Add(i) || code[i].Kind == Kind.Barrier) continue;
            if (code[i].Kind == Kind.Store && code[i].Arrays.Overlaps(code[read].Arrays)) return code[i];
            string text = code[i].Text, bare = Predicate().Replace(text, "");
            bool always = text == bare;
            if (Branch().Match(text) is { Success: true } branch) next.Push(labels[branch.Groups[1].Value]);
            if (!(always && (bare.StartsWith("bra", StringComparison.Ordinal) || bare.StartsWith("ret", StringComparison.Ordinal) || bare.StartsWith("exit", StringComparison.Ordinal)))) next.Push(i + 1);
        }
        return null;
    }

    [GeneratedRegex(@"^([$\w]+):(?!:)")]
    private static partial Regex Label();

    [GeneratedRegex(@"^@!?%\w+\s+")]
    private static partial Regex Predicate();

    [GeneratedRegex(@"^(?:@!?%\w+\s+)?bra(?:\.uni)?\s+([$\w]+)")]
    private static partial Regex Branch();

    [GeneratedRegex(@"^ld\.(?:volatile\.)?shared\b")]
    private static partial Regex SharedRead();

    [GeneratedRegex(@"^(?:st\.(?:volatile\.)?shared|(?:atom|red)\.shared)\b")]
    private static partial Regex SharedStore();

    [GeneratedRegex(@"\[\s*([%$\w]+)")]
    private static partial Regex Address();

    [GeneratedRegex(@"[%$][\w]+|\b[A-Za-z_]\w*\b(?=\s*[,;+\]])")]
    private static partial Regex Name();

    [GeneratedRegex(@"\.shared\s+(?:\.align\s+\d+\s+)?\.\w+\s+([%$\w]+)")]
    private static partial Regex SharedVariable();
}
