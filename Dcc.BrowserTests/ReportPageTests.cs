// report.html in a real browser: it opens from a file, needs no network, is browsed by keyboard and fits a phone. Read next: ../Dcc.Cli/Report/report.js.
using Dcc.Cli;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;
using Dcc.Tests.Cli;
using Microsoft.Playwright;

namespace Dcc.BrowserTests;

public sealed class ReportPageTests(Browser browser, ReportFile report) : IClassFixture<Browser>, IClassFixture<ReportFile>
{
    [BrowserFact]
    public async Task It_opens_from_a_file_and_asks_nothing_of_the_network()
    {
        await using WatchedPage watched = await Open();
        foreach (string section in new[] { "numbers", "training", "gallery", "clusters", "retrieval", "map", "facts" })
        {
            await watched.Page.Locator($"nav a[href='#{section}']").ClickAsync();
            Assert.True(await watched.Page.Locator($"#{section}").IsVisibleAsync());
        }
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task The_gallery_is_filtered_sorted_and_paged()
    {
        await using WatchedPage watched = await Open();
        IPage page = watched.Page;
        ILocator items = page.Locator("#items .item"), found = page.Locator("#found");
        Assert.Equal(10, await items.CountAsync());
        Assert.Equal("Page 1 of 3", await page.InnerTextAsync("#page"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        Assert.Equal(4, await items.CountAsync());
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find" }).FillAsync("horn");
        Assert.Equal("8 of 24 frames.", await found.InnerTextAsync());
        Assert.All(await page.Locator("#items strong").AllInnerTextsAsync(), name => Assert.Equal("horn", name));
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find" }).FillAsync("");
        await page.Locator("[data-by=class]").SelectOptionAsync("bell");
        Assert.Equal("8 of 24 frames.", await found.InnerTextAsync());
        await page.Locator("[data-by=class]").SelectOptionAsync("all");
        await page.GetByLabel("Order").SelectOptionAsync("most similar first");
        double[] similarities = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('#items .item')].map(item => Number(item.dataset.similarity))");
        Assert.Equal(similarities.OrderDescending(), similarities);
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Find" }).FillAsync("nothing like it");
        Assert.Equal("0 of 24 frames.", await found.InnerTextAsync());
        Assert.Equal(0, await items.CountAsync());
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task The_gallery_is_walked_by_keyboard_and_plays()
    {
        await using WatchedPage watched = await Open();
        IPage page = watched.Page;
        await page.Locator("#items .item").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal(2, await Focused(page));
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal(1, await Focused(page));
        await page.Keyboard.PressAsync("PageDown");
        Assert.Equal("Page 2 of 3", await page.InnerTextAsync("#page"));
        Assert.Equal(0, await Focused(page));
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("Page 1 of 3", await page.InnerTextAsync("#page"));
        Assert.Equal(9, await Focused(page));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => [...document.querySelectorAll('audio')].some(audio => audio.currentTime > 0)");
        // The layer over the frames is chosen by radio buttons, which the arrow keys move.
        await page.Locator("#show-against-mean").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.WaitForFunctionAsync("() => getComputedStyle(document.querySelector('#items .layer.paper')).opacity === '1'");
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task A_member_of_a_cluster_plays_the_sound_that_stands_in_the_gallery()
    {
        await using WatchedPage watched = await Open();
        ILocator member = watched.Page.Locator("#clusters .sound[data-sound] .play").First;
        await member.ClickAsync();
        await watched.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('audio')].some(audio => !audio.paused)");
        watched.AssertClean();
    }

    [BrowserFact]
    public async Task The_map_tells_what_is_pointed_at()
    {
        await using WatchedPage watched = await Open();
        IPage page = watched.Page;
        Assert.Equal(48, await page.Locator("#plane .mark").CountAsync());
        await page.Locator("#plane").FocusAsync();
        string first = await page.InnerTextAsync("#pointed");
        for (int i = 0; i < 4; i++) await page.Keyboard.PressAsync("ArrowRight");
        for (int i = 0; i < 4; i++) await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("ArrowUp");
        Assert.Matches("Its (picture|sound); (bell|drum|horn); cluster [1-3]; S.=.", await page.InnerTextAsync("#pointed"));
        Assert.NotEqual("Nothing is pointed at.", first);
        string[] classes = await Colours();
        await page.GetByLabel("by strongest cluster").CheckAsync();
        Assert.NotEqual(classes, await Colours());
        Assert.Contains("cluster ", await page.InnerTextAsync("#legend"), StringComparison.Ordinal);
        watched.AssertClean();

        async Task<string[]> Colours() => await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#plane .mark')].map(mark => mark.style.fill)");
    }

    [BrowserFact]
    public async Task It_fits_a_narrow_phone_and_reads_in_the_dark()
    {
        await using WatchedPage watched = await browser.Open(360, 740, ColorScheme.Dark);
        watched.Allowed.Add("file:");
        await watched.Page.GotoAsync(report.Address);
        await watched.AssertFits(360);
        Assert.NotEqual("rgb(251, 250, 247)", await watched.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
        watched.AssertClean();
    }

    private static Task<int> Focused(IPage page) => page.EvaluateAsync<int>("[...document.querySelectorAll('#items .item')].indexOf(document.activeElement)");

    private async Task<WatchedPage> Open()
    {
        WatchedPage watched = await browser.Open();
        watched.Allowed.Add("file:");
        await watched.Page.GotoAsync(report.Address);
        return watched;
    }
}

/// <summary>A report of an untrained model on 24 made-up pairs in three classes.</summary>
public sealed class ReportFile : IDisposable
{
    private readonly CliFiles files = new();

    public ReportFile()
    {
        using CpuDevice device = new(threads: 1);
        using DccModel model = DccModel.Load(device, files.PathOf("good.safetensors"));
        string[] names = ["bell", "drum", "horn"];
        LabelledPairs pairs = new("made-up pairs", [.. Enumerable.Range(0, 24).Select(i => new LabelledPair($"pair {i}", names[i % 3], $"{i}", () => CliFiles.Noise(48, i),
            () => new Sound([.. Enumerable.Range(0, 8000).Select(t => 0.3f * MathF.Sin(0.02f * (i + 1) * t))], 16000), [new LabelledBox(new Box(8, 8, 24, 16), names[i % 3], true)]))]);
        RunFiles run = new(files.Folder, false, null, null, "made-up pairs", 0, "1", ".NET", "system", "CPU", 20, 1.5, new TrainerOptions { Steps = 20, Batch = 8 },
            [.. Enumerable.Range(1, 20).Select(step => new TrainingProgress(step, 20, 1f / step, 0.5f, 1, 0.001f, 100, 0, [0.2f, 0.3f, 0.5f]))], null);
        File.WriteAllText(files.PathOf("report.html"), PairReport.Write(run, model, pairs, [], null, CancellationToken.None));
    }

    /// <summary>file:///...</summary>
    public string Address => new Uri(files.PathOf("report.html")).AbsoluteUri;

    public void Dispose() => files.Dispose();
}
