// One verb of the program: its options, its examples, its work. Read next: DemoCommand.cs.
using System.CommandLine;

namespace Dcc.Cli;

/// <summary>A line to type and what it does.</summary>
internal sealed record Example(string Line, string Does);

internal abstract class Verb : Command
{
    protected Verb(string name, string description) : base(name, description) =>
        // On a thread of the pool: Ctrl-C is then heard while the work goes on.
        SetAction((arguments, cancel) => Task.Run(() => Work(arguments, Options.Contains(Json) && arguments.GetValue(Json) ? Screen.BesideJson() : new Screen(), cancel), CancellationToken.None));

    /// <summary>For a verb with a result that a script may read: it adds this option, and gives the result to <see cref="Screen.Answer"/>.</summary>
    protected Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON alone; words go to the error stream." };

    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>Returns the exit code; an error is thrown.</summary>
    protected abstract int Work(ParseResult arguments, Screen screen, CancellationToken cancel);
}
