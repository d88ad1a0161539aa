using System.CommandLine;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl completion SHELL</c>: prints a script that lets a shell complete commands and options.</summary>
internal sealed class CompletionCommand : Command, IHelpTopic
{
    // Each script passes the text after the program's name, and the cursor position in it, to the [suggest] directive.
    private const string Bash = """
        _crawl() {
          local line="${COMP_LINE:0:COMP_POINT}" program="${COMP_WORDS[0]}" IFS=$'\n'
          line="${line#"$program"}"
          line="${line# }"
          COMPREPLY=($(compgen -W "$("$program" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _crawl crawl
        """;

    private const string Zsh = """
        #compdef crawl
        _crawl() {
          local line="${(j: :)words[2,CURRENT]}"
          local -a found
          found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -a found || _files
        }
        compdef _crawl crawl
        """;

    private const string Fish = """
        function __crawl_complete
          set -l line (string replace -r '^\S+\s?' '' -- (commandline -cp))
          crawl "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c crawl -a '(__crawl_complete)'
        """;

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
    };

    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or fish." };

    public CompletionCommand()
        : base("completion", "Prints a script for shell completion: bash, zsh or fish.")
    {
        _shell.CompletionSources.Add([.. Scripts.Keys]);
        Arguments.Add(_shell);
        SetAction(Print);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl completion bash|zsh|fish"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("source <(crawl completion bash)", "In ~/.bashrc or ~/.zshrc (with zsh)."),
            new("crawl completion fish | source", "In ~/.config/fish/config.fish."),
        ];

    private int Print(ParseResult parsed)
    {
        var shell = parsed.GetValue(_shell)!;
        if (!Scripts.TryGetValue(shell, out var script))
            throw new UsageException($"'{shell}' is not a supported shell; use bash, zsh or fish");
        parsed.InvocationConfiguration.Output.WriteLine(script);
        return ExitCode.Done;
    }
}
