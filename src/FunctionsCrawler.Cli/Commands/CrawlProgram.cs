using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Parses the command line, runs a command, and reports usage errors in one line.</summary>
internal static class CrawlProgram
{
    // Disables response files, so that an argument may begin with @.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>The program with all its commands.</summary>
    public static CrawlCommand CreateRoot()
    {
        var root = new CrawlCommand();
        Command[] commands =
        [
            new ScrapeCommand(),
            new LoginCommand(),
            new MapCommand(),
            new DemoCommand(),
            new DoctorCommand(),
            new SweepCommand(),
            new DiffCommand(),
            new CostCommand(),
            new SoakCommand(),
            new ServeCommand(),
            new McpCommand(),
            new SubmitCommand(),
            new StatusCommand(),
            new PagesCommand(),
            new ExportCommand(),
            new CancelCommand(),
            new CompletionCommand(),
            new HelpCommand(root),
        ];
        foreach (var command in commands)
            root.Subcommands.Add(command);
        foreach (var old in root.Options.OfType<VersionOption>().ToList())
            root.Options.Remove(old);
        root.Options.Add(
            new VersionOption("--version", "-v") { Description = "Shows the version.", Action = new ShowVersion() }
        );
        HelpPage.Install(root);
        return root;
    }

    /// <summary>Runs the program.</summary>
    /// <param name="args">The command line without the program's name.</param>
    /// <param name="output">Receives help, version and completions; null for standard output.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter? output = null)
    {
        var parsed = CreateRoot().Parse(args, Parser);
        var isSuggesting = parsed.Tokens is [{ Type: TokenType.Directive }, ..];
        var asksForHelp = parsed.Action is { ClearsParseErrors: true };
        if (parsed.Errors.Count > 0 && !isSuggesting && !asksForHelp)
            return await FailAsync(Describe(parsed));
        try
        {
            // The commands handle signals, and errors are reported below.
            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            if (output is not null)
                invocation.Output = output;
            return await parsed.InvokeAsync(invocation);
        }
        catch (UsageException e)
        {
            return await FailAsync(e.Message);
        }
        catch (WorkerExhaustedException e)
        {
            return await FailAsync(e.Message, ExitCode.Restart);
        }
    }

    private static async Task<int> FailAsync(string message, int code = ExitCode.Usage)
    {
        await ErrorLine.WriteAsync(message);
        return code;
    }

    // The parser's own messages contain neither the value nor the allowed values.
    private static string Describe(ParseResult parsed)
    {
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>().Where(r => !r.Implicit))
        {
            var (known, given) = (result.Option, result.Tokens.Count);
            if (given < known.Arity.MinimumNumberOfValues)
                return $"{known.Name} requires a value: {known.HelpName}";
            if (given > known.Arity.MaximumNumberOfValues)
                return $"{known.Name} was specified {given} times ({string.Join(", ", result.Tokens)}); specify it once";
        }
        var command = parsed.CommandResult.Command;
        var help = StartUrls.HelpOf(command);
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens);
        // The parser treats a mistyped option as an argument, and its value as an unexpected argument.
        if (arguments.FirstOrDefault(t => t.Value.StartsWith('-')) is { } option)
            return StartUrls.DescribeOption(option.Value, command);
        if (parsed.UnmatchedTokens is [var unknown, ..])
            return unknown.StartsWith('-')
                ? StartUrls.DescribeOption(unknown, command)
                : $"unexpected argument '{unknown}'; see {help}";
        var missing = command.Arguments.FirstOrDefault(a =>
            a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null or { Tokens.Count: 0 }
        );
        return missing is not null
            ? $"missing argument <{missing.Name}> ({missing.Description?.TrimEnd('.')}); see {help}"
            : parsed.Errors[0].Message;
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"crawl {CrawlerVersion.Build}");
            return ExitCode.Done;
        }
    }
}
