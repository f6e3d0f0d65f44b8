using System.CommandLine;
using Pipeline.Local.Screen;

namespace Pipeline.Local.Commands;

/// <summary>
/// <c>completion</c>: lets a shell complete what is being typed. The script asks the program itself, so that it is never out of date.
/// </summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _pipeline() {
            local line="${COMP_LINE#* }" point=$((COMP_POINT - ${#COMP_WORDS[0]} - 1)) word="${COMP_WORDS[COMP_CWORD]}"
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("$1" "[suggest:$point]" "$line" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _pipeline pipeline

        """;

    private const string Zsh = """
        #compdef pipeline
        _pipeline() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} - 1))]" "${BUFFER#* }" 2>/dev/null)}")
            found=("${(@)found:#}")
            if (( ${#found} )); then compadd -a found; else _files; fi
        }
        compdef _pipeline pipeline

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName pipeline -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $command, $line = "$commandAst" -split ' ', 2
            pipeline "[suggest:$($cursorPosition - $command.Length - 1)]" "$line" | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;

    private static readonly IReadOnlyDictionary<string, string> Scripts = new Dictionary<string, string>
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["pwsh"] = PowerShell,
    };

    public static Command Create(CommandOutput screen)
    {
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "One of " + string.Join(", ", Scripts.Keys) + "." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new PipelineCommand(
            "completion",
            "Prints a script that lets a shell complete commands, options and their values.",
            example: "source <(pipeline completion bash)",
            details: "Put it where the shell reads it when it starts: ~/.bashrc, ~/.zshrc after compinit, or $PROFILE with: pipeline "
                + "completion pwsh | Out-String | Invoke-Expression")
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            screen.Output.Write(Scripts[parsed.GetRequiredValue(shell)].ReplaceLineEndings("\n"));
            return Exit.Done;
        });
        return command;
    }
}
