// The files of the page, from the program's resources: no folder of the host is read. Read next: Page/index.html.
namespace Dcc.Cli;

internal static class PageFiles
{
    private static readonly Dictionary<string, string> types = new()
    {
        ["index.html"] = "text/html; charset=utf-8", ["page.css"] = "text/css; charset=utf-8", ["icon.svg"] = "image/svg+xml",
        ["page.js"] = "text/javascript; charset=utf-8", ["answer.js"] = "text/javascript; charset=utf-8", ["rounds.js"] = "text/javascript; charset=utf-8",
    };

    public static IEnumerable<string> Names => types.Keys;

    public static string TypeOf(string name) => types[name];

    public static byte[] Read(string name)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"Dcc.Cli.Page.{name}") ?? throw new InvalidOperationException($"The page's file {name} is missing from the assembly.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
