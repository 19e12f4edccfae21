// Where a kernel stands in the source and what it says about itself. Read next: KernelsPage.cs.
using System.Net;
using System.Text.RegularExpressions;
using Dcc.Kernels;

namespace Dcc.Bench.Assembler;

internal sealed partial class KernelSource
{
    private readonly Dictionary<string, (string Folder, string Sentence)> kernels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> structs = new(StringComparer.Ordinal);

    /// <summary>Reads the C# files of the GPU in a folder and those below.</summary>
    public KernelSource(string root)
    {
        foreach (string file in Directory.EnumerateFiles(root, "GpuDevice*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string text = File.ReadAllText(file), folder = Path.GetFileName(Path.GetDirectoryName(file)!);
            foreach ((string name, string sentence) in Sentences(text)) kernels[name] = (folder, sentence);
            foreach (Match declared in Struct().Matches(text)) structs[declared.Groups[1].Value] = folder;
        }
    }

    /// <summary>The folder of the op that a kernel belongs to: of the struct that it is specialised for, if that has one, or else its own.</summary>
    public string Op(CatalogKernel kernel) =>
        kernel.Method.GetGenericArguments().Select(type => structs.GetValueOrDefault(type.Name)).FirstOrDefault(folder => folder is not null) ?? Find(kernel).Folder;

    /// <summary>The first sentence of the kernel's doc comment, or else of its file's header.</summary>
    public string Sentence(CatalogKernel kernel) => Find(kernel).Sentence;

    private (string Folder, string Sentence) Find(CatalogKernel kernel) => kernels.TryGetValue(kernel.Method.Name, out (string, string) found) ? found
        : throw new InvalidOperationException($"{kernel.Method.Name} stands in no file GpuDevice*.cs of Dcc.Kernels as `private static void`: write it like the others, so that docs/kernels.md can say what it is.");

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

    [GeneratedRegex(@"\bstruct (\w+)")]
    private static partial Regex Struct();

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
