// What the program prints. On a terminal with live bars and colour; into a pipe or file as plain lines. Read next: TrainingScreen.cs.
using System.Diagnostics;
using Spectre.Console;

namespace Dcc.Cli;

internal sealed class Screen
{
    private const int PipeWidth = 140;

    /// <summary>Between two lines of progress where no bar can be drawn.</summary>
    public static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    private readonly TextWriter output = System.Console.Out;
    private readonly bool isBesideJson;

    /// <summary>For a verb whose output a script reads: words and progress go to the error stream, plain, and the output is left to the result.</summary>
    public static Screen BesideJson() => new(System.Console.Error);

    private Screen(TextWriter output)
    {
        this.output = output;
        isBesideJson = true;
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        Console.Profile.Width = PipeWidth;
    }

    public Screen()
    {
        Console = AnsiConsole.Console;
        IsLive = !System.Console.IsOutputRedirected && Console.Profile.Capabilities is { Ansi: true, Interactive: true };
        if (System.Console.IsOutputRedirected) Console.Profile.Width = PipeWidth;
    }

    public IAnsiConsole Console { get; }

    /// <summary>Whether lines can be redrawn.</summary>
    public bool IsLive { get; }

    /// <summary>Straight to the output: a console would break long paths at its width.</summary>
    public void Line(string text = "") => output.WriteLine(text);

    /// <summary>The result for a script: printed with --json alone.</summary>
    public void Answer(string json)
    {
        if (isBesideJson) System.Console.Out.WriteLine(json.TrimEnd());
    }

    public void Heading(string text)
    {
        if (IsLive) Console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
        else Line(text);
    }

    /// <summary>An aside: what was skipped and why.</summary>
    public void Note(string text)
    {
        if (IsLive) Console.MarkupLine($"[grey]{Markup.Escape(text)}[/]");
        else Line(text);
    }

    public Table Table(params string[] columns)
    {
        Table table = new() { Border = IsLive ? TableBorder.Rounded : TableBorder.Ascii2 };
        foreach (string column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)));
        return table;
    }

    public void Show(Table table) => Console.Write(table);

    /// <summary>Runs work that reports its share done, 0 to 1.</summary>
    public T WithProgress<T>(string title, Func<IProgress<double>, T> work)
    {
        if (!IsLive)
        {
            Line($"{title} ...");
            Stopwatch since = Stopwatch.StartNew();
            return work(new Told<double>(share =>
            {
                if (since.Elapsed < LineInterval) return;
                since.Restart();
                Line($"{title}: {share:P0}");
            }));
        }
        return Console.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 30 }, new PercentageColumn(), new RemainingTimeColumn()).Start(context =>
        {
            ProgressTask task = context.AddTask(Markup.Escape(title), maxValue: 1);
            T result = work(new Told<double>(share => task.Value = share));
            task.Value = 1;
            return result;
        });
    }
}

/// <summary>Tells on the same thread, in order; <see cref="Progress{T}"/> would do neither.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
