// Reading what ptxas and nvdisasm print, on captured texts (CUDA 11.8, sm_80). Read next: GateRulesTests.cs.
using Dcc.Bench.Assembler;

namespace Dcc.Tests.AssemblerGate;

public sealed class MachineCodeTests
{
    [Fact]
    public void Ptxas_reports_registers_and_spills() => Assert.Equal(new PtxasReport(32, 0, 160, 296, 296), PtxasReport.Parse(Captured("ptxas-spills.txt")));

    [Fact]
    public void Ptxas_reports_shared_memory() => Assert.Equal(new PtxasReport(10, 49152, 0, 0, 0), PtxasReport.Parse(Captured("ptxas-shared.txt")));

    [Fact]
    public void What_a_called_function_spills_counts()
    {
        const string Text = """
            ptxas info    : Function properties for Kernel_A
                0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
            ptxas info    : Used 24 registers, 368 bytes cmem[0]
            ptxas info    : Function properties for Helper
                16 bytes stack frame, 12 bytes spill stores, 8 bytes spill loads
            """;
        Assert.Equal(new PtxasReport(24, 0, 16, 12, 8), PtxasReport.Parse(Text));
    }

    [Fact]
    public void A_text_without_registers_is_refused_with_its_words() =>
        Assert.Contains("fatal", Assert.Throws<FormatException>(() => PtxasReport.Parse("ptxas fatal : Unresolved extern function")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_loop_is_what_lies_between_a_label_and_the_jump_back()
    {
        MachineCode code = MachineCode.Parse(Captured("nvdisasm-dot-product.txt"));
        Assert.Equal(25, code.Instructions.Count); // no NOP
        InstructionMix loop = code.HotLoop()!;
        Assert.Equal((9, 1), (loop.Instructions, loop.Ffma));
        Assert.Equal("2 LDG.32", loop.ToString());
        Assert.Equal("2 LDG.32, 1 STG.32", code.Whole.ToString());
        Assert.Equal(2, loop.NarrowLoads);
    }

    [Fact]
    public void Of_nested_loops_the_inner_one_is_hot()
    {
        InstructionMix loop = MachineCode.Parse(Captured("nvdisasm-two-loops.txt")).HotLoop()!;
        Assert.Equal((10, 1), (loop.Instructions, loop.Ffma));
        Assert.Equal("2 LDS.32", loop.ToString());
    }

    [Fact]
    public void Of_loops_side_by_side_the_one_with_most_FFMA_is_hot()
    {
        const string Text = """
            .L_x_0:
                    /*0000*/                   LDG.E.128.CONSTANT R4, [R2.64] ;
                    /*0010*/                   FFMA R0, R4, R5, R0 ;
                    /*0020*/               @P0 BRA `(.L_x_0) ;
            .L_x_1:
                    /*0030*/                   LDS.U.128 R4, [R2] ;
                    /*0040*/              @!P1 LDS.64 R8, [R2+0x10] ;
                    /*0050*/                   FFMA.FTZ R0, R4, R5, R0 ;
                    /*0060*/                   FFMA R1, R6, R7, R1 ;
                    /*0070*/                   STS.128 [R3], R4 ;
                    /*0080*/              @!P0 BRA `(.L_x_1) ;
                    /*0090*/                   STG.E.U8 [R3], R4 ;
                    /*00a0*/                   EXIT ;
            """;
        InstructionMix loop = MachineCode.Parse(Text).HotLoop()!;
        Assert.Equal((6, 2), (loop.Instructions, loop.Ffma));
        Assert.Equal("1 LDS.128, 1 LDS.64, 1 STS.128", loop.ToString());
        Assert.Equal(1, loop.NarrowLoads);
        Assert.Equal("1 LDG.128, 1 LDS.128, 1 LDS.64, 1 STG.8, 1 STS.128", MachineCode.Parse(Text).Whole.ToString());
    }

    [Fact]
    public void Without_multiply_adds_no_loop_is_hot() => Assert.Null(MachineCode.Parse("""
        .L_x_0:
                /*0000*/                   FADD R0, R4, R0 ;
                /*0010*/               @P0 BRA `(.L_x_0) ;
                /*0020*/                   FFMA R0, R4, R5, R0 ;
        .L_x_1:
                /*0030*/                   BRA `(.L_x_1);
        """).HotLoop());

    private static string Captured(string name) => File.ReadAllText(Path.Combine(Repository.Root, "Dcc.Tests", "AssemblerGate", "Captured", name));
}
