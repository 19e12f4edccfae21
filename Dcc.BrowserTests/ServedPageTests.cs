// The page of `dcc serve` as a visitor meets it. Hostile requests that need no browser are in Dcc.Tests/Serve. Read next: ../Dcc.Cli/Serve/Page/page.js.
using System.Diagnostics;
using Dcc.Tests;
using Dcc.Tests.Serve;
using Microsoft.Playwright;

namespace Dcc.BrowserTests;

public sealed class ServedPageTests(Browser browser, ServedPage server) : IClassFixture<Browser>, IClassFixture<ServedPage>
{
    private const int Phone = 360;

    private static readonly string frog = Path.Combine(Repository.Root, "samples/tuxpaint/images/frog.png"), croak = Path.Combine(Repository.Root, "samples/tuxpaint/sounds/frog.wav");

    [BrowserFact]
    public async Task A_click_on_an_example_shows_where_the_sound_comes_from()
    {
        await using WatchedPage watched = await Visit();
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "bell and drum" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "bell and drum: you hear the bell" }).WaitForAsync();
        string first = (await page.GetAttributeAsync("#heat", "src"))!;
        Assert.StartsWith("data:image/png", first, StringComparison.Ordinal);
        Assert.StartsWith("heat map; the hottest point is at the ", await page.GetAttributeAsync("#heat", "alt"), StringComparison.Ordinal);
        Assert.Equal(2, await page.Locator("#boxes rect").CountAsync());
        await page.GetByLabel("paper", new() { Exact = true }).CheckAsync();
        Assert.NotEqual(first, await page.GetAttributeAsync("#heat", "src"));
        await page.GetByRole(AriaRole.Button, new() { Name = "play the sound" }).ClickAsync();
        await page.WaitForFunctionAsync("() => document.getElementById('audio').currentTime > 0");
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task The_slider_walks_through_the_rounds_by_keyboard()
    {
        await using WatchedPage watched = await Visit();
        IPage page = watched.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "cat and dog" }).ClickAsync();
        ILocator slider = page.GetByRole(AriaRole.Slider, new() { NameRegex = new("Round") });
        await slider.WaitForAsync();
        await slider.FocusAsync();
        List<string> seen = [];
        foreach (string key in new[] { "Home", "ArrowRight", "ArrowRight", "ArrowRight" })
        {
            await page.Keyboard.PressAsync(key);
            seen.Add(await page.EvaluateAsync<string>("document.getElementById('picture-shares').toDataURL() + document.getElementById('sound-shares').toDataURL()"));
        }
        Assert.Equal("3", await slider.InputValueAsync());
        Assert.Equal("round 3 of 8", await slider.GetAttributeAsync("aria-valuetext"));
        Assert.Equal(seen[0], seen[1]);      // the first round sums with equal shares
        Assert.Equal(3, seen.Distinct().Count());
        Assert.Contains("this is its answer", await page.InnerTextAsync("#caption"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("End");
        Assert.Contains("where more rounds would lead", await page.InnerTextAsync("#caption"), StringComparison.Ordinal);
        ILocator cluster = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^cluster 2, cosine") });
        await cluster.PressAsync("Enter");
        Assert.Equal("true", await cluster.GetAttributeAsync("aria-pressed"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.getElementById('picture-shares').getContext('2d').getImageData(0, 0, 1, 1).data[3] < 255"));
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task Real_files_are_answered_without_a_mouse()
    {
        await using WatchedPage watched = await Visit();
        IPage page = watched.Page;
        await page.SetInputFilesAsync("#picture", frog);
        await page.SetInputFilesAsync("#sound", croak);
        Assert.Equal("frog.png", await page.InnerTextAsync("#picture-chosen"));
        List<string> reached = [];
        for (int i = 0; i < 12 && reached.LastOrDefault() != "Show me"; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            reached.Add(await page.EvaluateAsync<string>("document.activeElement.id || document.activeElement.textContent.trim()"));
        }
        Assert.Contains("sound", reached);
        Assert.Equal("Show me", reached[^1]);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your picture and your sound" }).WaitForAsync();
        Assert.Equal("answer", await page.EvaluateAsync<string>("document.activeElement.id"));
        string before = (await page.GetAttributeAsync("#spectrogram", "src"))!;
        await page.GetByRole(AriaRole.Slider, new() { NameRegex = new("begins at") }).PressAsync("End");
        await page.WaitForFunctionAsync("before => document.getElementById('spectrogram').src !== before", before);
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task Files_can_be_dropped_anywhere()
    {
        await using WatchedPage watched = await Visit();
        IPage page = watched.Page;
        await page.EvaluateAsync("""
            files => {
              const data = new DataTransfer();
              for (const [name, type, content] of files) data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name, { type }));
              document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """, new[] { new[] { "frog.png", "image/png", Convert.ToBase64String(File.ReadAllBytes(frog)) }, ["frog.wav", "audio/wav", Convert.ToBase64String(File.ReadAllBytes(croak))] });
        Assert.Equal("frog.png", await page.InnerTextAsync("#picture-chosen"));
        Assert.Equal("frog.wav", await page.InnerTextAsync("#sound-chosen"));
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task Whatever_cannot_be_used_is_told_on_the_page_and_the_next_try_works()
    {
        await using WatchedPage watched = await Visit();
        watched.Expected = text => text.Contains("Failed to load resource", StringComparison.Ordinal);
        IPage page = watched.Page;
        await page.SetInputFilesAsync("#sound", croak);
        foreach ((FilePayload file, string said) in new[]
        {
            (Named("letter.png", File.ReadAllBytes(server.Files.Make("text.png"))), "a text file"),
            (Named("<img src=x onerror=alert(1)>.png", File.ReadAllBytes(server.Files.Make("huge.png"))), "100,000 x 100,000"),
            (Named("empty.png", []), "empty file"),
            (Named("large.png", new byte[3 << 20]), "too large"),
        })
        {
            await page.SetInputFilesAsync("#picture", file);
            await page.GetByRole(AriaRole.Button, new() { Name = "Show me" }).ClickAsync();
            await page.GetByRole(AriaRole.Alert).Filter(new() { HasText = said }).WaitForAsync();
            Assert.False(await page.Locator("#answer").IsVisibleAsync());
        }
        await page.SetInputFilesAsync("#picture", frog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show me" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your picture and your sound" }).WaitForAsync();
        Assert.Equal("", await page.InnerTextAsync("#error"));
        watched.AssertClean();
    }

    [VideoFact]
    public async Task A_video_is_looked_at_moment_by_moment()
    {
        string video = Path.Combine(server.Files.Folder, "film.mp4");
        using (Process ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=3", "-f", "lavfi", "-i", "sine=frequency=440:duration=3", "-pix_fmt", "yuv420p", video]))!)
        {
            await ffmpeg.WaitForExitAsync();
            Assert.Equal(0, ffmpeg.ExitCode);
        }
        await using WatchedPage watched = await Visit();
        IPage page = watched.Page;
        await page.SetInputFilesAsync("#video", video);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show me" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Your video" }).WaitForAsync();
        string before = (await page.GetAttributeAsync("#picture-shown", "src"))!;
        await page.GetByRole(AriaRole.Slider, new() { NameRegex = new("begins at") }).PressAsync("End");
        await page.WaitForFunctionAsync("before => document.getElementById('picture-shown').src !== before", before);
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task A_page_of_another_site_cannot_ask()
    {
        await using WatchedPage watched = await browser.Open();
        watched.Expected = _ => true;
        IPage page = watched.Page;
        watched.Allowed.Add("http://");
        await page.RouteAsync("http://evil.example/", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<title>evil</title>" }));
        await page.GotoAsync("http://evil.example/");
        Assert.Equal("refused", await page.EvaluateAsync<string>($"fetch('{server.Address}about').then(() => 'answered', () => 'refused')"));
        Task<IResponse> posted = page.WaitForResponseAsync(response => response.Url.EndsWith("/answer", StringComparison.Ordinal));
        await page.EvaluateAsync($"(() => {{ const form = document.createElement('form'); form.method = 'post'; form.enctype = 'multipart/form-data'; form.action = '{server.Address}answer'; document.body.append(form); form.submit(); }})()");
        Assert.Equal(403, (await posted).Status);
    }

    [BrowserFact]
    public async Task It_fits_a_narrow_phone_in_light_and_dark()
    {
        List<string> grounds = [];
        foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using WatchedPage watched = await Visit(Phone, scheme);
            await watched.AssertFits(Phone);
            await watched.Page.GetByRole(AriaRole.Button, new() { Name = "bell and drum" }).ClickAsync();
            await watched.Page.Locator("#course path").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
            await watched.AssertFits(Phone);
            grounds.Add(await watched.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
            watched.AssertClean();
        }
        Assert.NotEqual(grounds[0], grounds[1]);
    }

    private static FilePayload Named(string name, byte[] content) => new() { Name = name, MimeType = "image/png", Buffer = content };

    private async Task<WatchedPage> Visit(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        WatchedPage watched = await browser.Open(width, scheme: scheme);
        watched.Allowed.Add(server.Address);
        await watched.Page.GotoAsync(server.Address);
        await watched.Page.WaitForFunctionAsync("() => document.body.dataset.ready === 'true'");
        return watched;
    }
}
