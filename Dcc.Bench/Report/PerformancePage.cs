// docs/performance.md, put together from what the measuring commands left in benchmarks/. Read next: ResultFiles.cs.
using System.Text;

namespace Dcc.Bench.Report;

internal static class PerformancePage
{
    private const string Head = """
        # Performance

        Written by `Dcc.Bench` from the files in `benchmarks/`; do not edit. Every time is a median of one run; the columns say what was compared.

        ## How to repeat

        ```
        dotnet run -c Release --project Dcc.Bench -- roofs
        dotnet run -c Release --project Dcc.Bench -- suites --filter '*' --write
        dotnet run -c Release --project Dcc.Bench -- scaling --write
        dotnet build -c Release Dcc.Bench -p:Peers=true
        .ci/debian13 dotnet Dcc.Bench/bin/peers/Release/net10.0/Dcc.Bench.dll peers --write
        .ci/debian13 dotnet Dcc.Bench/bin/peers/Release/net10.0/Dcc.Bench.dll peers --write --keep-heap
        ```

        The machine must have nothing else to do. Narrower vectors: the same commands with `DOTNET_EnableAVX512=0` (AVX2) or `DOTNET_EnableHWIntrinsic=0` (scalar) in the environment. These switches do
        not reach the peers; `ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2` holds LibTorch to AVX2.

        """;

    public static int Write()
    {
        StringBuilder page = new(Head.ReplaceLineEndings("\n"));
        string all = Path.Combine(ResultFiles.Repository, "benchmarks");
        foreach (string folder in Directory.Exists(all) ? Directory.GetDirectories(all).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            page.Append($"\n## {Path.GetFileName(folder)}\n\n```\n{File.ReadAllText(Directory.GetFiles(folder, "Versions*.txt").Order(StringComparer.Ordinal).Last()).TrimEnd()}\n```\n");
            string[] files = [.. Directory.GetFiles(folder, "*.md").Order(StringComparer.Ordinal)];
            foreach (string part in (string[])["roofs", "peers", "notes", "scaling"])
                foreach (string file in files.Where(file => IsPart(file, part)).OrderBy(file => Path.GetFileNameWithoutExtension(file).Length)) page.Append($"\n{File.ReadAllText(file).Trim()}\n");
            string[] suites = [.. files.Where(file => !IsPart(file, "roofs") && !IsPart(file, "peers") && !IsPart(file, "notes") && !IsPart(file, "scaling"))];
            if (suites.Length > 0) page.Append($"\n### Ops\n\n{string.Join(", ", suites.Select(file => $"[{Path.GetFileNameWithoutExtension(file)}](../benchmarks/{Path.GetFileName(folder)}/{Path.GetFileName(file)})"))}\n");
        }
        string path = Path.Combine(ResultFiles.Repository, "docs", "performance.md");
        File.WriteAllText(path, page.ToString());
        Console.WriteLine("docs/performance.md is written.");
        return 0;
    }

    private static bool IsPart(string file, string part) => Path.GetFileName(file) is string name && (name == $"{part}.md" || name.StartsWith($"{part}-", StringComparison.Ordinal));
}
