// docs/kernels.md: what a kernel says about itself, and which lines must stay as committed. Read next: ../../Dcc.Bench/Assembler/KernelsPage.cs.
using Dcc.Bench.Assembler;
using Dcc.Kernels;

namespace Dcc.Tests.AssemblerGate;

public sealed class KernelsPageTests
{
    [Fact]
    public void A_kernel_is_described_by_its_comment_or_by_its_file()
    {
        const string Source = """
            // Tiles of 4 x 4, rows 0 .. 3. Bound: memory.
            // Read next: README.md.
            public sealed partial class GpuDevice
            {
                /// <summary>
                /// Adds <paramref name="x"/> to all, in <see cref="Group.Order"/>; a &lt; b. Then stops.
                /// </summary>
                [GpuKernel(Threads = 64)]
                private static void FirstKernel(int x) { }

                private static void SecondKernel<T>(int x) { }
            }
            """;
        Assert.Equal([("FirstKernel", "Adds x to all, in Order; a < b."), ("SecondKernel", "Tiles of 4 x 4, rows 0 .. 3.")], KernelSource.Sentences(Source.ReplaceLineEndings("\n")));
    }

    [Fact]
    public void Every_kernel_stands_in_a_file_that_the_page_reads()
    {
        KernelSource source = new(Path.Combine(Repository.Root, "Dcc.Kernels"));
        Assert.All(KernelCatalog.All, kernel => Assert.NotEmpty(source.Sentence(kernel)));
        Assert.Equal("Conv2d", source.Op(KernelCatalog.All.First(kernel => kernel.Title.EndsWith("Kernel<ConvForwardSource>", StringComparison.Ordinal))));
    }

    [Fact]
    public void Tables_and_headings_are_held_to_the_commit_sentences_are_not() => Assert.Equal(["# A", "| 1 |"], KernelsPage.Facts("# A\nwords\n| 1 |\n- more words\n"));
}
