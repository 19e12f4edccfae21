// What a stretch of machine code consists of: multiply-adds, and loads and stores by memory and width. Read next: Multiprocessor.cs.
namespace Dcc.Bench.Assembler;

/// <summary>Counts of a loop or of a whole kernel.</summary>
/// <param name="Instructions">All of them.</param>
/// <param name="Ffma">Multiply-adds in single precision.</param>
/// <param name="Accesses">Loads and stores of global (LDG, STG), shared (LDS, STS), local (LDL, STL) and unknown memory (LD, ST), by operation and bits.</param>
internal sealed record InstructionMix(int Instructions, int Ffma, IReadOnlyDictionary<(string Operation, int Bits), int> Accesses)
{
    private static readonly string[] accesses = ["LDG", "LDS", "LD", "STG", "STS", "ST", "LDL", "STL", "LDGSTS"];

    public static InstructionMix Of(IEnumerable<Instruction> code)
    {
        Instruction[] all = [.. code];
        return new InstructionMix(all.Length, all.Count(instruction => instruction.Operation == "FFMA"),
            all.Where(instruction => accesses.Contains(instruction.Operation)).CountBy(instruction => (instruction.Operation, Bits(instruction.Name))).ToDictionary())
        {
            Text = [.. all.Select(instruction => instruction.Text)],
        };
    }

    /// <summary>The instructions themselves, in order.</summary>
    public IReadOnlyList<string> Text { get; private init; } = [];

    public double FfmaShare => (double)Ffma / Instructions;

    /// <summary>Loads that bring data into registers from global or shared memory in less than 128 bits.</summary>
    public int NarrowLoads => Accesses.Where(access => access.Key is { Operation: "LDG" or "LDS" or "LD", Bits: < 128 }).Sum(access => access.Value);

    /// <summary>Instructions that touch local memory.</summary>
    public int Local => Accesses.Where(access => access.Key.Operation is "LDL" or "STL").Sum(access => access.Value);

    /// <summary>"4 LDG.128, 2 LDS.32", in the order of the list above, the widest first.</summary>
    public override string ToString() => string.Join(", ", Accesses.OrderBy(access => Array.IndexOf(accesses, access.Key.Operation)).ThenByDescending(access => access.Key.Bits)
        .Select(access => $"{access.Value} {access.Key.Operation}.{access.Key.Bits}"));

    /// <summary>A suffix names the width of what is not 32 bits.</summary>
    private static int Bits(string name)
    {
        foreach (string suffix in name.Split('.').Skip(1))
            switch (suffix)
            {
                case "128": return 128;
                case "64": return 64;
                case "U16" or "S16": return 16;
                case "U8" or "S8": return 8;
            }
        return 32;
    }
}
