// dcc completion SHELL: the lines that make a shell complete verbs, options and their words. Read next: ../CommandLine.cs.
using System.CommandLine;

namespace Dcc.Cli;

/// <summary>The scripts ask the program itself: `dcc "[suggest:POSITION]" "LINE"` prints what may stand at a position of a line, which begins after the program's name.</summary>
internal sealed class CompletionCommand : Verb
{
    private static readonly IReadOnlyDictionary<string, string> scripts = new Dictionary<string, string>
    {
        ["bash"] = """
            _dcc_complete() {
              local IFS=$'\n' line=${COMP_LINE#* }
              local at=$(( COMP_POINT - ${#COMP_LINE} + ${#line} ))
              COMPREPLY=( $(compgen -W "$(dcc "[suggest:$at]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
            }
            complete -o default -F _dcc_complete dcc
            """,
        ["zsh"] = """
            _dcc() {
              local line=${BUFFER#* }
              local at=$(( CURSOR - ${#BUFFER} + ${#line} ))
              local -a found=("${(@f)$(dcc "[suggest:$at]" "$line" 2>/dev/null)}")
              compadd -a found
              _files
            }
            compdef _dcc dcc
            """,
        ["fish"] = """
            function __dcc_complete
              set -l line (commandline | string replace -r '^\S+\s' '')
              set -l cut (math (string length -- (commandline)) - (string length -- "$line"))
              dcc "[suggest:"(math (commandline -C) - $cut)"]" "$line" 2>/dev/null
            end
            complete -c dcc -a '(__dcc_complete)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName dcc -ScriptBlock {
              param($word, $line, $position)
              $rest = "$line" -replace '^\S+\s', ''
              $cut = "$line".Length - $rest.Length
              if ($position -gt "$line".Length) { $rest += ' ' * ($position - "$line".Length) }
              dcc "[suggest:$($position - $cut)]" "$rest" 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    private readonly Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or pwsh.", HelpName = string.Join('|', scripts.Keys) };

    public CompletionCommand() : base("completion", "Prints the lines that make your shell complete dcc's verbs, options and words.")
    {
        shell.AcceptOnlyFromAmong([.. scripts.Keys]);
        Arguments.Add(shell);
    }

    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("dcc completion bash >> ~/.bashrc", "Completion in every new bash; dcc must be installed as a tool (dotnet tool install)."),
        new("dcc completion pwsh >> $PROFILE", "The same in PowerShell."),
    ];

    protected override int Work(ParseResult arguments, Screen screen, CancellationToken cancel)
    {
        screen.Line(scripts[arguments.GetValue(shell)!]);
        return CommandLine.Done;
    }
}
