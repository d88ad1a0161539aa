using System.CommandLine;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl help [command]</c>: the same as <c>--help</c>.</summary>
internal sealed class HelpCommand : Command, IHelpTopic
{
    private readonly Argument<string?> _command = new("command")
    {
        Description = "The command.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly RootCommand _root;

    public HelpCommand(RootCommand root)
        : base("help", "Shows the help of a command.")
    {
        _root = root;
        _command.CompletionSources.Add(_ => root.Subcommands.Select(c => c.Name));
        Arguments.Add(_command);
        SetAction(Show);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl help [<command>]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples => [new("crawl help serve", "The options of crawl serve.")];

    private int Show(ParseResult parsed)
    {
        HelpPage.Write(Find(parsed.GetValue(_command)), parsed.InvocationConfiguration.Output, HelpPage.Width);
        return ExitCode.Done;
    }

    private Command Find(string? name)
    {
        if (name is null)
            return _root;
        var names = _root.Subcommands.Select(c => c.Name).ToList();
        return _root.Subcommands.FirstOrDefault(c => string.Equals(c.Name, name, StringComparison.Ordinal))
            ?? throw new UsageException(
                DidYouMean.Find(name, names) is { } meant
                    ? $"there is no command '{name}'; did you mean '{meant}'?"
                    : $"there is no command '{name}'; the commands are {string.Join(", ", names)}"
            );
    }
}
