using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Checks whether this machine can render pages, so that commands can fail before they write anything.</summary>
internal static class BrowserCheck
{
    private const long Megabyte = 1024 * 1024;

    /// <exception cref="UsageException">There is no Chromium, or the container has too little memory for one.</exception>
    public static void Require(CrawlSettings settings)
    {
        RequireChromium();
        var budget = MemoryBudget.Resolve(settings.MemoryMb * Megabyte);
        if (budget < MemoryBudget.Minimum)
            throw new UsageException(
                $"the memory limit of this container leaves {budget / Megabyte} MB, 80 % of it, and rendering pages needs at least "
                    + $"{MemoryBudget.Minimum / Megabyte} MB; raise the limit, or use --render never"
            );
    }

    /// <exception cref="UsageException">There is no Chromium; the message says how to install one.</exception>
    public static void RequireChromium()
    {
        if (ChromiumLocator.Find(out var fault) is null)
            throw new UsageException(fault!);
    }
}
