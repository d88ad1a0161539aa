using System.CommandLine;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Reads the start pages of a command line, and detects mistyped commands and options among them.</summary>
internal static class StartUrls
{
    /// <summary>The URLs, each with a scheme. An assumed scheme is reported on standard error.</summary>
    /// <exception cref="UsageException">A word is neither a URL nor a command, or an option does not exist.</exception>
    public static async Task<List<string>> ReadAsync(ParseResult parsed, IReadOnlyList<string> given)
    {
        var command = parsed.CommandResult.Command;
        if (command is RootCommand && given is [var first, ..] && StartUrl.IsWord(first))
            RefuseWord(first, command);
        if (given.FirstOrDefault(u => u.StartsWith('-')) is { } option)
            throw new UsageException(DescribeOption(option, command));
        var urls = new List<string>();
        foreach (var text in given)
        {
            if (command is RootCommand && StartUrl.IsCapture(text))
                throw new UsageException(
                    $"'{text}' looks like a file; --screenshot and --pdf take none in a crawl, which puts files into its output folder"
                );
            var url = StartUrl.WithScheme(text);
            if (url is not null && File.Exists(text))
                throw new UsageException($"'{text}' is a file; --urls '{text}' reads start pages from it");
            if (url is not null)
                await ErrorLine.WriteAsync($"'{text}' has no scheme; assuming {url}");
            urls.Add(url ?? text);
        }
        return urls;
    }

    /// <summary>The message for an option that does not exist, with a suggestion if a similar one does.</summary>
    public static string DescribeOption(string option, Command command)
    {
        var names = command.Options.Where(o => !o.Hidden).Select(o => o.Name);
        var meant = DidYouMean.Find(option.Split('=', ':')[0], names);
        var help = HelpOf(command);
        return meant is null
            ? $"there is no option '{option}'; {help} lists all options"
            : $"there is no option '{option}'; did you mean '{meant}'? {help} lists all options";
    }

    /// <summary>The command line that shows the help of a command.</summary>
    public static string HelpOf(Command command) =>
        command is RootCommand ? "crawl --help" : $"crawl {command.Name} --help";

    private static void RefuseWord(string word, Command root)
    {
        if (string.Equals(word, "localhost", StringComparison.OrdinalIgnoreCase))
            return;
        var meant = DidYouMean.Find(word, root.Subcommands.Select(c => c.Name));
        throw new UsageException(
            $"'{word}' is neither a command nor a URL; "
                + (
                    meant is null
                        ? "crawl --help lists the commands, and a URL begins with http:// or https://"
                        : $"did you mean 'crawl {meant}'?"
                )
        );
    }
}
