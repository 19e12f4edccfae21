// The tree of verbs, and how every run ends: 0 done, 1 an error in one sentence, 2 wrong usage, 130 stopped by Ctrl-C.
// Read next: Commands/Verb.cs, Commands/DemoCommand.cs.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Dcc.Cli;

internal static class CommandLine
{
    public const int Done = 0, Failed = 1, WrongUsage = 2, Cancelled = 130;

    public static RootCommand Root()
    {
        RootCommand root = new("Deep Co-Clustering: learns from pictures and sounds, without labels, which sound belongs to what, and shows where it comes from.")
        {
            new DemoCommand(), new PrepareCommand(), new TrainCommand(), new LocalizeCommand(), new EmbedCommand(), new ClustersCommand(), new ReportCommand(), new ServeCommand(),
            new EvaluateCommand(), new DataCommand(), new WeightsCommand(), new DevicesCommand(), new CompletionCommand(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>()) help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    public static async Task<int> Run(string[] arguments)
    {
        ParseResult parsed = Root().Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message).Distinct()) await Console.Error.WriteLineAsync($"dcc: {message}");
            await Console.Error.WriteLineAsync($"`{NameOf(parsed.CommandResult.Command)} --help` shows what it takes, with an example.");
            return WrongUsage;
        }
        using CtrlC stop = new();
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("dcc: stopped.");
            return Cancelled;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"dcc: {Failures.Sentence(failure)}");
            return Failed;
        }
    }

    /// <summary>"dcc", "dcc demo" or "dcc evaluate retrieval".</summary>
    public static string NameOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{NameOf(parent)} {command.Name}" : "dcc";
}
