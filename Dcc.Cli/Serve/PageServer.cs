// The local page: ASP.NET Core's web server on one address, with the five things that it answers. Read next: RequestGuard.cs, UploadReader.cs, PageAnswers.cs.
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dcc.Cli;

/// <summary>Listens from construction until it is disposed of.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private const int MostConnections = 64, HeaderBytes = 16 << 10;
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private readonly WebApplication app;
    private readonly PageAnswers answers;
    private readonly ServeLimits limits;
    private readonly RequestGuard guard;
    private readonly Turnstile turnstile;
    private readonly Action<string> complain;

    private PageServer(PageAnswers answers, IPAddress address, int port, ServeLimits limits, Action<string> complain)
    {
        this.answers = answers;
        this.limits = limits;
        this.complain = complain;
        guard = new RequestGuard(address);
        turnstile = new Turnstile(limits);
        // The empty builder reads no settings file and no environment: where the page listens is what was asked for.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => Configure(server, address, port));
        builder.Services.AddRoutingCore();
        builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(2));
        app = builder.Build();
        app.Use(Guarded);
        app.UseRouting();
        foreach (string name in PageFiles.Names)
        {
            byte[] file = PageFiles.Read(name);
            app.MapGet(name == "index.html" ? "/" : $"/{name}", context => Send(context, PageFiles.TypeOf(name), file));
        }
        app.MapGet("/about", async context => await Send(context, await answers.About()));
        app.MapGet("/examples/{number:int:min(0)}.jpg", Thumbnail);
        app.MapPost("/answer", Answer);
    }

    /// <summary>The address to open, with the port that was found free if 0 was asked for.</summary>
    public string Address { get; private set; } = "";

    /// <exception cref="CliException">The address cannot be listened on.</exception>
    public static async Task<PageServer> Start(PageAnswers answers, IPAddress address, int port, ServeLimits limits, Action<string> complain)
    {
        PageServer server = new(answers, address, port, limits, complain);
        try
        {
            await server.app.StartAsync();
            server.Address = server.app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
            return server;
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            await server.DisposeAsync();
            throw new CliException($"{new IPEndPoint(address, port)} cannot be listened on ({(failure.InnerException ?? failure).Message.TrimEnd('.')}): choose another port with --port, or 0 for one that is free.", failure);
        }
    }

    private void Configure(KestrelServerOptions server, IPAddress address, int port)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = null;   // UploadReader keeps to the limit; the server's own would break the connection before the sentence is read
        server.Limits.MaxConcurrentConnections = MostConnections;
        server.Limits.MaxRequestHeadersTotalSize = HeaderBytes;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        server.Listen(address, port, listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Every response has the same headers, every refusal a sentence.</summary>
    private async Task Guarded(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        try
        {
            guard.Check(context.Request);
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400) await Refuse(context, new Refusal(context.Response.StatusCode, "There is no such page here. Open the address that `dcc serve` printed."));
        }
        catch (Refusal refusal) { await Refuse(context, refusal); }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (Exception failure)
        {
            complain(Failures.Sentence(failure));
            await Refuse(context, new Refusal(500, "Something went wrong that was not foreseen; the terminal of `dcc serve` says more."));
        }
    }

    private static async Task Refuse(HttpContext context, Refusal refusal)
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = refusal.Status;
        if (refusal.Status is 429 or 503) context.Response.Headers.RetryAfter = "3";
        await Send(context, new JsonObject { ["error"] = refusal.Message });
    }

    private async Task Thumbnail(HttpContext context)
    {
        byte[] picture = int.TryParse((string?)context.Request.RouteValues["number"], out int number) && await answers.Thumbnail(number) is { } found ? found : throw new Refusal(404, "There is no such example.");
        await Send(context, "image/jpeg", picture);
    }

    private async Task Answer(HttpContext context)
    {
        using Turnstile.Visit visit = turnstile.Enter();
        Upload upload = await UploadReader.Read(context.Request, limits);
        IReadOnlyList<ExamplePair> examples = await answers.Examples;
        await Send(context, await turnstile.Run(stop => answers.Answer(upload, examples, stop), context.RequestAborted));
    }

    private static Task Send(HttpContext context, JsonObject content) => Send(context, "application/json; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()));

    private static async Task Send(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        await turnstile.Close(limits.AnswerTime);   // the model is needed until then
    }
}
