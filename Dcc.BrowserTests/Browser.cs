// One Chromium for all tests, and pages that remember what went wrong in them. Read next: ServedPageTests.cs, ReportPageTests.cs.
using Microsoft.Playwright;

namespace Dcc.BrowserTests;

public sealed class Browser : IAsyncLifetime
{
    // Without the network switches Chromium looks for updates; the sandbox needs rights that containers lack.
    private static readonly string[] switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"];

    private IPlaywright? playwright;
    private IBrowser? chromium;

    public async Task InitializeAsync()
    {
        if (ChromiumPath.Found is not { } path)
        {
            if (Environment.GetEnvironmentVariable("DCC_REQUIRE_BROWSER") == "1") throw new InvalidOperationException("DCC_REQUIRE_BROWSER=1, but no Chromium is installed: install it, or name one with DCC_CHROMIUM.");
            return;
        }
        playwright = await Playwright.CreateAsync();
        chromium = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = switches });
    }

    /// <summary>A fresh page, as of a new visitor.</summary>
    /// <param name="width">Pixels, 360 for a narrow phone.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    internal async Task<WatchedPage> Open(int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await chromium!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        return new WatchedPage(context, await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        playwright?.Dispose();
    }
}

/// <summary>Notes errors, and requests that are not to <see cref="Allowed"/> addresses.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> problems = [];

    public WatchedPage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.SetDefaultTimeout(30_000);
        page.Console += (_, message) => { if (message.Type is "error" or "warning" && !Expected(message.Text)) problems.Add($"console: {message.Text}"); };
        page.PageError += (_, error) => problems.Add($"error: {error}");
        page.Request += (_, request) => { if (!Allowed.Any(start => request.Url.StartsWith(start, StringComparison.Ordinal))) problems.Add($"request: {request.Url}"); };
    }

    public IPage Page { get; }

    /// <summary>How the addresses begin that may be asked.</summary>
    public List<string> Allowed { get; } = ["data:", "blob:"];

    /// <summary>The console says of every refused answer that it was one.</summary>
    public Func<string, bool> Expected { get; set; } = _ => false;

    /// <summary>No error, no request elsewhere.</summary>
    public void AssertClean() => Assert.Empty(problems);

    /// <summary>Nothing is wider than the window.</summary>
    public async Task AssertFits(int width) => Assert.Equal(width, await Page.EvaluateAsync<int>("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"));

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
