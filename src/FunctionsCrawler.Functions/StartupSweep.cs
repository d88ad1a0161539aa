using FunctionsCrawler.Browsing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Removes the orphans of killed workers when this one starts. The host replaces a killed worker at once; until the timer's
/// next run, up to five minutes later, the temp folders of its browsers would take the replacement's memory and disk.
/// </summary>
/// <remarks>Runs beside the worker's start, which does not wait for it.</remarks>
internal sealed class StartupSweep(TimeProvider time, ILogger<StartupSweep> logger) : BackgroundService
{
    // An orphan takes at most 10 s. The timer removes what is left.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, limit.Token);
        try
        {
            logger.Swept(await OrphanSweep.RemoveAsync(time, stop.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Must not end the worker, as an exception of a background service does.
            logger.NotSwept(e.Message);
        }
    }
}
