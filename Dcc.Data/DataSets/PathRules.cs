// What a list may name: nothing outside the data set's folder. Read next: Esc50.cs.
namespace Dcc.Data;

internal static class PathRules
{
    /// <summary>A file name without folders.</summary>
    public static bool IsPlainName(string name) => name.Length > 0 && name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '\\', '\0') < 0;

    /// <summary>A relative path that stays inside the folder, or null.</summary>
    public static string? Inside(string folder, string relative)
    {
        if (relative.Length == 0 || relative.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(relative)) return null;
        string root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar, path = Path.GetFullPath(relative, root);
        return path.StartsWith(root, StringComparison.Ordinal) ? path : null;
    }
}
