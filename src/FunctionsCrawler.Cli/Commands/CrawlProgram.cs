using System.CommandLine;

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
        var parsed = root.Parse(args);
        if (parsed.Errors is [var first, ..])
            return await FailAsync(first.Message);
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

    private static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync($"crawl: {message}");
        return ExitCode.Usage;
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

    /// <summary>The crawl was cancelled.</summary>
    public const int Cancelled = 130;
}

/// <summary>The command line asks for something that cannot be: one line that names the value and what is allowed.</summary>
internal sealed class UsageException(string message) : Exception(message);
