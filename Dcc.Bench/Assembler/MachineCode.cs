// A kernel's machine code as nvdisasm prints it, and its hot loop. Read next: InstructionMix.cs.
using System.Text.RegularExpressions;

namespace Dcc.Bench.Assembler;

/// <summary>One instruction: its name with all suffixes (LDG.E.128.CONSTANT) and, if it jumps to a label, the index of the instruction there.</summary>
/// <param name="Name">See above.</param>
/// <param name="Target">The jump's.</param>
/// <param name="Text">With predicate and operands.</param>
internal sealed record Instruction(string Name, int? Target, string Text = "")
{
    /// <summary>The name without suffixes.</summary>
    public string Operation => Name.Split('.')[0];
}

internal sealed partial class MachineCode(IReadOnlyList<Instruction> instructions)
{
    public IReadOnlyList<Instruction> Instructions => instructions;

    /// <summary>The text of `nvdisasm -c`: labels end in a colon, an instruction follows its address in a comment.</summary>
    public static MachineCode Parse(string text)
    {
        Dictionary<string, int> labels = new(StringComparer.Ordinal);
        List<(string Name, string? Label, string Text)> lines = [];
        foreach (string line in text.Split('\n'))
        {
            if (Label().Match(line) is { Success: true } label) labels[label.Groups[1].Value] = lines.Count;
            else if (Line().Match(line) is { Success: true } code && code.Groups[1].Value != "NOP")
                lines.Add((code.Groups[1].Value, Jump().Match(code.Groups[2].Value) is { Success: true } jump ? jump.Groups[1].Value : null, line.Split("*/", 2)[1].Split(';')[0].Trim()));
        }
        if (lines.Count == 0) throw new FormatException("nvdisasm printed no instruction.");
        return new([.. lines.Select(line => new Instruction(line.Name, line.Label is not null && labels.TryGetValue(line.Label, out int at) ? at : null, line.Text))]);
    }

    public InstructionMix Whole => InstructionMix.Of(Instructions);

    /// <summary>
    /// The innermost loop with the most FFMA: from a label to a jump back to it, with no such loop inside. Null where no innermost loop has one.
    /// </summary>
    public InstructionMix? HotLoop()
    {
        (int First, int Last)[] loops = [.. Instructions.Select((instruction, at) => (instruction.Operation, First: instruction.Target ?? int.MaxValue, Last: at))
            .Where(jump => jump.Operation == "BRA" && jump.First < jump.Last) // a jump to itself ends every kernel
            .Select(jump => (jump.First, jump.Last))];
        return loops.Where(loop => !loops.Any(inner => inner != loop && inner.First >= loop.First && inner.Last <= loop.Last))
            .Select(loop => InstructionMix.Of(Instructions.Skip(loop.First).Take(loop.Last - loop.First + 1)))
            .Where(loop => loop.Ffma > 0).MaxBy(loop => loop.Ffma);
    }

    [GeneratedRegex(@"^\s*(\.\S+):")]
    private static partial Regex Label();

    // An address, perhaps a predicate, the name, operands.
    [GeneratedRegex(@"^\s*/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+\s+)?\{?\s*([A-Z][A-Z0-9_.x]*)([^;]*)", RegexOptions.IgnoreCase)]
    private static partial Regex Line();

    [GeneratedRegex(@"`\(([^)]+)\)")]
    private static partial Regex Jump();
}
