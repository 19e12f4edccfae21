// The scan for reads behind their barrier, on a few lines of PTX whose answer is plain. All kernels go through it in CompileGateTests.cs. Read next: SharedReadScan.cs.
namespace Dcc.Tests;

public sealed class SharedReadScanTests
{
    [Fact]
    public void A_read_behind_the_last_barrier_that_the_next_round_overtakes_is_found() =>
        Assert.Contains("ld.shared.f32 %f2, [%rd3];", Assert.Single(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd3];", "@%p1 bra L_loop;")), StringComparison.Ordinal);

    [Fact]
    public void A_read_before_the_barrier_is_sound() => Assert.Empty(Find("ld.shared.f32 %f2, [%rd3];", "bar.sync 0;", "@%p1 bra L_loop;"));

    [Fact]
    public void A_barrier_after_the_read_protects_it() => Assert.Empty(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd3];", "bar.sync 0;", "@%p1 bra L_loop;"));

    [Fact]
    public void A_barrier_in_a_later_block_protects_it_if_every_path_meets_it()
    {
        Assert.Empty(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd3];", "bra L_next;", "L_next:", "bar.sync 0;", "@%p1 bra L_loop;"));
        Assert.Single(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd3];", "@%p2 bra L_loop;", "bar.sync 0;", "@%p1 bra L_loop;"));
    }

    [Fact]
    public void A_read_of_another_array_is_sound() => Assert.Empty(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd4+8];", "@%p1 bra L_loop;"));

    [Fact]
    public void An_address_of_unknown_origin_may_be_any_array() => Assert.Single(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd9];", "@%p1 bra L_loop;"));

    [Fact]
    public void A_read_that_no_store_follows_is_sound() => Assert.Empty(Find("bar.sync 0;", "ld.shared.f32 %f2, [%rd3];"));

    [Fact]
    public void The_compiler_moves_the_read_of_the_trap_and_a_second_barrier_holds_it()
    {
        Assert.NotEmpty(SharedReadScan.Find(TrapKernels.Named(nameof(TrapKernels.MovedReadTrapKernel)).ToPtx(Kernels.PtxTarget.Sm80)));
        Assert.Empty(SharedReadScan.Find(TrapKernels.Named(nameof(TrapKernels.HeldReadKernel)).ToPtx(Kernels.PtxTarget.Sm80)));
    }

    /// <summary>A loop that stores to array a through %rd3; %rd4 points into array b.</summary>
    private static IReadOnlyList<string> Find(params string[] afterTheStore) => SharedReadScan.Find($"""
        .entry k(
        	.param .u64 _x
        )
        {"{"}
        	.reg .f32 %f<4>;
        	.shared .align 4 .b8 a[256];
        	.shared .align 4 .b8 b[256];
        	mov.u64 %rd1, a;
        	mov.u64 %rd2, b;
        	mad.wide.u32 %rd3, %r1, 4, %rd1;
        	add.u64 %rd4, %rd2, %rd7;
        L_loop:
        	st.shared.f32 [%rd3], %f1;
        	bar.sync 0;
        	@%p3 bra L_rest;
        L_rest:
        {string.Join('\n', afterTheStore)}
        	ret;
        {"}"}
        """);
}
