// dcc serve: a local page where one drops a picture and a sound. Read next: ../Serve/PageServer.cs.
using System.CommandLine;
using System.Net;
using Dcc.Data;
using Dcc.Kernels;
using Dcc.Model;

namespace Dcc.Cli;

internal sealed class ServeCommand : Verb
{
    private const int UsualPort = 5210;

    private readonly CommonOptions common = new();
    private readonly Option<string> model = ModelFile.Option();
    private readonly Option<int> port = CommonOptions.Whole("--port", "The port to listen on; 0 takes one that is free.", least: 0);
    private readonly Option<string> host = new("--host") { Description = "The address to listen on; one of this machine alone, unless --open-to-network is given.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
    private readonly Option<bool> network = new("--open-to-network") { Description = "Allows a --host that other machines reach. There is no password and no encryption: whoever reaches it may use it." };
    private readonly Option<string?> samples = new("--samples") { Description = "Sample data for the examples; the folder \"samples\" of the repository if not given.", HelpName = "DIR" };

    public ServeCommand() : base("serve", "Opens a local page: drop a picture and a sound, see the heat map and the clustering round by round. Ctrl-C stops it.")
    {
        port.DefaultValueFactory = _ => UsualPort;
        Options.Add(model);
        Options.Add(port);
        Options.Add(host);
        Options.Add(network);
        Options.Add(samples);
        common.AddTo(this, seed: false);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc serve", "The model of `dcc demo`, at http://127.0.0.1:5210/."),
        new("dcc serve --model my-run/model.safetensors --port 0", "Another model, on a port that is free."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        IPAddress address = Address(arguments.GetValue(host)!, arguments.GetValue(network));
        if (arguments.GetValue(port) > IPEndPoint.MaxPort) throw new CliException($"--port takes a number from 0 to {IPEndPoint.MaxPort}, not {arguments.GetValue(port)}.");
        string path = arguments.GetValue(model)!;
        using Device device = common.Open(arguments, screen);
        using DccModel dcc = ModelFile.Load(device, path);
        PageAnswers answers = new(dcc, Compose(arguments.GetValue(samples), dcc.Options, screen), Path.GetFileName(path), new ServeLimits());
        Serve(answers, address, arguments.GetValue(port), screen, cancel).GetAwaiter().GetResult();
        return CommandLine.Cancelled;
    }

    private static async Task Serve(PageAnswers answers, IPAddress address, int port, Screen screen, CancellationToken cancel)
    {
        await using PageServer server = await PageServer.Start(answers, address, port, new ServeLimits(), Complain);
        screen.Line($"Open   {server.Address} in a browser. Ctrl-C stops.");
        if (!IPAddress.IsLoopback(address)) screen.Line("Other machines may reach this page, without a password and without encryption.");
        try { await Task.Delay(Timeout.Infinite, cancel); }
        catch (OperationCanceledException) { screen.Line("Stopped."); }
    }

    /// <summary>Loopback, or what was asked for explicitly.</summary>
    internal static IPAddress Address(string host, bool network)
    {
        IPAddress address = host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(host, out IPAddress? parsed) ? parsed : throw new CliException($"--host {host} is no address: give one such as 127.0.0.1, or localhost.");
        return network || IPAddress.IsLoopback(address) ? address
            : throw new CliException($"--host {host} can be reached by other machines, and the page has neither password nor encryption: add --open-to-network if that is meant, or leave --host out.");
    }

    /// <summary>The examples are a convenience: without the samples the page works on the visitor's own files. They are composed while the page is opened.</summary>
    private static Task<IReadOnlyList<ExamplePair>> Compose(string? named, DccOptions options, Screen screen)
    {
        string folder;
        try { folder = SamplesLocator.Find(named); }
        catch (CliException) when (named is null)
        {
            screen.Note("The page has no examples: the folder \"samples\" of the repository is not here; name one with --samples.");
            return Task.FromResult<IReadOnlyList<ExamplePair>>([]);
        }
        return Task.Run(() =>
        {
            try { return ExamplePair.Compose(folder, options); }
            catch (DataException failure)
            {
                Complain($"the page has no examples: {failure.Message}");
                return [];
            }
        });
    }

    private static void Complain(string sentence) => Console.Error.WriteLine($"dcc: {sentence}");
}
