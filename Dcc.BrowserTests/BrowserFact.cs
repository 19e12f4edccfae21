// A test in a real Chromium: skipped with a sentence where there is none, failed where DCC_REQUIRE_BROWSER=1. Read next: Browser.cs.
namespace Dcc.BrowserTests;

[AttributeUsage(AttributeTargets.Method)]
public class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (ChromiumPath.Found is null && Environment.GetEnvironmentVariable("DCC_REQUIRE_BROWSER") != "1")
            Skip = "No Chromium is installed: install it (Debian: apt install chromium), or name one with DCC_CHROMIUM.";
    }
}

/// <summary>Also needs ffmpeg.</summary>
public sealed class VideoFactAttribute : BrowserFactAttribute
{
    public VideoFactAttribute()
    {
        if (!Dcc.Data.Ffmpeg.IsPresent) Skip ??= "ffmpeg is not installed, so the page offers no videos.";
    }
}

/// <summary>Writes the pictures of the documentation when it is asked to.</summary>
public sealed class ScreenshotFactAttribute : BrowserFactAttribute
{
    public ScreenshotFactAttribute()
    {
        if (ScreenshotTests.Folder is null) Skip ??= "Screenshots are written where DCC_SCREENSHOTS names a folder.";
    }
}

internal static class ChromiumPath
{
    private static readonly string[] usual =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe", @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    /// <summary>What DCC_CHROMIUM names, else the first of the usual places that exists; null if there is none. Nothing is ever downloaded.</summary>
    public static string? Found { get; } = Environment.GetEnvironmentVariable("DCC_CHROMIUM") is { Length: > 0 } named ? named : usual.FirstOrDefault(File.Exists);
}
