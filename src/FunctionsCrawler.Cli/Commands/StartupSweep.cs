using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>Removes orphans of killed crawls before new work starts. Prints nothing if there are none.</summary>
internal static class StartupSweep
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var swept in await OrphanSweep.RemoveAsync(TimeProvider.System, cancellationToken))
            await ErrorLine.WriteAsync($"{SweepCommand.Describe(swept)}, left by a crawl that was killed");
    }
}
