namespace FunctionsCrawler.Cli.Shell;

/// <summary>Exit codes of all commands.</summary>
internal static class ExitCode
{
    /// <summary>Every page of the crawl was stored or skipped; the command succeeded.</summary>
    public const int Done = 0;

    /// <summary>The crawl or the command failed, or a soak found a fault.</summary>
    public const int Failed = 1;

    /// <summary>The command line was wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>The crawl finished, and at least one page failed.</summary>
    public const int PagesFailed = 3;

    /// <summary>A soak found nothing wrong, but was too short to judge growth or latency.</summary>
    public const int Inconclusive = 4;

    /// <summary>The process has no memory left for browsers; run it again with --resume. EX_TEMPFAIL of sysexits.h.</summary>
    public const int Restart = 75;

    /// <summary>The crawl was cancelled.</summary>
    public const int Cancelled = 130;
}
