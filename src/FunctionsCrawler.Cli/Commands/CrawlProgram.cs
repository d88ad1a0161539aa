using System.CommandLine;
using System.CommandLine.Parsing;
using FunctionsCrawler.Cli.Client;
using FunctionsCrawler.Cli.Serve;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The command line: parses, reports bad usage in one line, runs a command.</summary>
internal static class CrawlProgram
{
    /// <summary>Runs the program.</summary>
    /// <returns>Its exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new CrawlCommand();
        root.Subcommands.Add(new DemoCommand());
        root.Subcommands.Add(new DoctorCommand());
        root.Subcommands.Add(new SweepCommand());
        root.Subcommands.Add(new SoakCommand());
        root.Subcommands.Add(new ServeCommand());
        root.Subcommands.Add(new SubmitCommand());
        root.Subcommands.Add(new StatusCommand());
        root.Subcommands.Add(new PagesCommand());
        root.Subcommands.Add(new CancelCommand());
        // No response files: an argument that begins with @ is an argument.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
            return await FailAsync(Describe(parsed));
        try
        {
            // The default handlers are off: signals and errors are ours to answer.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }
            );
        }
        catch (UsageException e)
        {
            return await FailAsync(e.Message);
        }
    }

    /// <summary>A message on one line, whatever the values in it hold.</summary>
    public static string Line(string message) =>
        "crawl: " + string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(Line(message));
        return ExitCode.Usage;
    }

    // The parser's own messages name neither the value nor what is allowed.
    private static string Describe(ParseResult parsed)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>().Where(r => !r.Implicit))
        {
            var (option, given) = (result.Option, result.Tokens.Count);
            if (given < option.Arity.MinimumNumberOfValues)
                return $"{option.Name} has no value; it takes {option.HelpName}";
            if (given > option.Arity.MaximumNumberOfValues)
                return $"{option.Name} is given {given} times ({string.Join(", ", result.Tokens)}); once is allowed";
        }
        var command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
        return parsed.UnmatchedTokens is [var unknown, ..]
            ? $"'{unknown}' is nothing that crawl{command} takes; crawl{command} --help shows what it does"
            : parsed.Errors[0].Message;
    }
}

/// <summary>What a run ends with.</summary>
internal static class ExitCode
{
    /// <summary>Every page that was to be crawled was stored or skipped.</summary>
    public const int Done = 0;

    /// <summary>The crawl could not go on.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The crawl finished, and at least one page failed.</summary>
    public const int PagesFailed = 3;

    /// <summary>
    /// The process has no memory left for browsers and asks to be started again with --resume: EX_TEMPFAIL of sysexits.h.
    /// </summary>
    public const int Restart = 75;

    /// <summary>The crawl was cancelled.</summary>
    public const int Cancelled = 130;
}

/// <summary>The command line asks for something that cannot be: one line that names the value and what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);
