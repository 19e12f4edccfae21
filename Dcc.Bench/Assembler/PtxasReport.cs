// What `ptxas -v` says about a kernel. Read next: MachineCode.cs.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Dcc.Bench.Assembler;

/// <summary>Registers a thread, bytes of static shared memory a group, and bytes that a thread keeps in local memory.</summary>
/// <param name="Registers">32-bit registers of a thread.</param>
/// <param name="SharedBytes">Shared memory that the kernel allocates itself.</param>
/// <param name="StackBytes">Local arrays and saved registers of a thread.</param>
/// <param name="SpillStoreBytes">Registers written to local memory for want of room.</param>
/// <param name="SpillLoadBytes">The same, read back.</param>
internal sealed partial record PtxasReport(int Registers, int SharedBytes, int StackBytes, int SpillStoreBytes, int SpillLoadBytes)
{
    /// <summary>One kernel's text. Functions that it calls have lines of their own and count as part of it.</summary>
    public static PtxasReport Parse(string text)
    {
        Match used = Used().Match(text);
        if (!used.Success) throw new FormatException($"ptxas -v reported no registers; it said: {text.Trim()}");
        Match shared = Shared().Match(used.Value);
        (int stack, int stores, int loads) = (0, 0, 0);
        foreach (Match function in Stack().Matches(text))
        {
            stack = Math.Max(stack, Number(function.Groups[1]));
            stores += Number(function.Groups[2]);
            loads += Number(function.Groups[3]);
        }
        return new PtxasReport(Number(used.Groups[1]), shared.Success ? Number(shared.Groups[1]) : 0, stack, stores, loads);
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Used (\d+) registers.*")]
    private static partial Regex Used();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();

    [GeneratedRegex(@"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")]
    private static partial Regex Stack();
}
