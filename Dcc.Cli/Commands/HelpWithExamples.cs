// The usual help, then examples. Read next: Verb.cs.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Dcc.Cli;

internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int result = usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        Command command = parseResult.CommandResult.Command;
        IEnumerable<Example> examples = command is Verb verb ? verb.Examples : command.Subcommands.OfType<Verb>().Select(each => each.Examples[0]);
        output.WriteLine("Examples:");
        foreach (Example example in examples)
        {
            output.WriteLine($"  {example.Line}");
            output.WriteLine($"      {example.Does}");
        }
        output.WriteLine();
        return result;
    }
}
