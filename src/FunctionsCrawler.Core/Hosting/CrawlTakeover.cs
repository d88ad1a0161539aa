using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Takes over the crawls of processes that have ended, and crawls that wait in processes that are busy, when several processes
/// share a store.
/// </summary>
internal sealed class CrawlTakeover(CrawlService crawls, EmbeddedHost host, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Looks for such crawls every ten seconds until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
                await TryResumeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The failure is logged, and the next look may succeed.")]
    private async Task TryResumeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await crawls.ResumeAsync(cancellationToken, host.Has).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            HostLog.TakeoverFailed(logger, e.Message);
        }
    }
}
