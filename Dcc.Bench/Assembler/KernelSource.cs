// Where a kernel stands in the source and what it says about itself. Read next: KernelsPage.cs.
using System.Net;
using System.Text.RegularExpressions;

namespace Dcc.Bench.Assembler;

/// <param name="Op">The folder of Dcc.Kernels that the kernel lies in.</param>
/// <param name="Sentence">The first sentence of its doc comment, or else of its file's header.</param>
internal sealed partial record KernelSource(string Op, string Sentence)
{
    /// <summary>By method name, from the C# files of a folder and those below.</summary>
    public static Dictionary<string, KernelSource> Read(string folder)
    {
        Dictionary<string, KernelSource> found = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(folder, "GpuDevice*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            foreach ((string name, string sentence) in Sentences(File.ReadAllText(file))) found[name] = new(Path.GetFileName(Path.GetDirectoryName(file)!), sentence);
        return found;
    }

    public static IEnumerable<(string Kernel, string Sentence)> Sentences(string source)
    {
        string header = FirstSentence(string.Join(' ', source.Split('\n').TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Select(line => line[2..])));
        foreach (Match kernel in Kernel().Matches(source))
        {
            string summary = Summary().Match(DocLine().Replace(kernel.Groups["doc"].Value, " ")).Groups[1].Value;
            string text = WebUtility.HtmlDecode(Tag().Replace(Reference().Replace(summary, "$1"), ""));
            yield return (kernel.Groups["name"].Value, text.Length > 0 ? FirstSentence(text) : header);
        }
    }

    private static string FirstSentence(string text)
    {
        string line = Spaces().Replace(text, " ").Trim();
        Match end = SentenceEnd().Match(line);
        return end.Success ? line[..(end.Index + 1)] : line;
    }

    [GeneratedRegex(@"(?<doc>(?:^[ \t]*///.*\n)*)(?:^[ \t]*\[.*\n)*^[ \t]*(?:private|internal|public) static void (?<name>\w+Kernel)\b", RegexOptions.Multiline)]
    private static partial Regex Kernel();

    [GeneratedRegex(@"^[ \t]*///", RegexOptions.Multiline)]
    private static partial Regex DocLine();

    [GeneratedRegex(@"<summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"<\w+ (?:cref|name)=""(?:[^""]*\.)?([^"".]+)""\s*/>")]
    private static partial Regex Reference();

    [GeneratedRegex(@"<[^>]+>")]
    private static partial Regex Tag();

    // A full stop, not one of "0 .. 3".
    [GeneratedRegex(@"(?<=[^.\s])\. (?=[A-Z(])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
