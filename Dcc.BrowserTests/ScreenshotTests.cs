// The pictures of docs/report-and-server.md: DCC_SCREENSHOTS=docs/figures dotnet test -c Release Dcc.BrowserTests --filter Screenshot. Read next: ../docs/report-and-server.md.
using System.Net;
using Dcc.Cli;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests;
using Microsoft.Playwright;

namespace Dcc.BrowserTests;

/// <summary>Taken of the run that DCC_SCREENSHOT_RUN names, dcc-demo if it does not. Skipped without DCC_SCREENSHOTS.</summary>
public sealed class ScreenshotTests(Browser browser) : IClassFixture<Browser>
{
    private const int MostBytes = 300 << 10, Desktop = 1180, Phone = 390;

    /// <summary>From the repository's root, or a full path; null if no screenshots are wanted.</summary>
    internal static readonly string? Folder = Environment.GetEnvironmentVariable("DCC_SCREENSHOTS");
    private static readonly string run = Path.GetFullPath(Environment.GetEnvironmentVariable("DCC_SCREENSHOT_RUN") ?? "dcc-demo", Repository.Root);

    [ScreenshotFact]
    public async Task Screenshots_of_the_report()
    {
        foreach ((int width, int height, string name) in new[] { (Desktop, 860, "report"), (Phone, 780, "report-phone") })
        {
            await using WatchedPage watched = await browser.Open(width, height);
            watched.Allowed.Add("file:");
            await watched.Page.GotoAsync(new Uri(Path.Combine(run, "report.html")).AbsoluteUri);
            await Shoot(watched.Page, "#gallery", name + "-gallery");
            if (width == Desktop)
            {
                await watched.Page.Locator("#plane").ClickAsync(new() { Position = new() { X = 210, Y = 160 } });
                await Shoot(watched.Page, "#map", name + "-map");
            }
            watched.AssertClean();
        }
    }

    [ScreenshotFact]
    public async Task Screenshots_of_the_served_page()
    {
        using Device device = new CpuDevice();
        using DccModel model = DccModel.Load(device, Path.Combine(run, "model.safetensors"));
        IReadOnlyList<ExamplePair> examples = ExamplePair.Compose(Path.Combine(Repository.Root, "samples"), model.Options);
        await using PageServer server = await PageServer.Start(new PageAnswers(model, Task.FromResult(examples), "model.safetensors", new ServeLimits()), IPAddress.Loopback, 0, new ServeLimits(), complaint => Assert.Fail(complaint));
        foreach ((int width, int height, string name, ColorScheme scheme) in new[] { (Desktop, 1030, "serve", ColorScheme.Light), (Phone, 780, "serve-phone", ColorScheme.Dark) })
        {
            await using WatchedPage watched = await browser.Open(width, height, scheme);
            watched.Allowed.Add(server.Address);
            IPage page = watched.Page;
            await page.GotoAsync(server.Address);
            await page.Locator("#example-list button").Nth(2).ClickAsync();
            await page.Locator("#course path").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await Shoot(page, "#answer", name + "-answer");
            await page.Locator("#round").FillAsync("2");
            await Shoot(page, "#rounds-title", name + "-rounds");
            watched.AssertClean();
        }
    }

    private static async Task Shoot(IPage page, string top, string name)
    {
        await page.EvaluateAsync("top => document.querySelector(top).scrollIntoView()", top);
        await page.EvaluateAsync("() => { document.activeElement.blur(); return Promise.all([...document.images].map(image => image.decode().catch(() => 0))); }");
        string path = Path.Combine(Path.GetFullPath(Folder!, Repository.Root), name + ".jpg");
        await page.ScreenshotAsync(new() { Path = path, Type = ScreenshotType.Jpeg, Quality = 82 });
        Assert.InRange(new FileInfo(path).Length, 5 << 10, MostBytes);
    }
}
