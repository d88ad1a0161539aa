using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Drains this worker before it ends, and ends it when the Functions host that started it has exited. The worker of a killed
/// host otherwise stays alive for over a minute and continues to crawl, while the next host crawls the same pages.
/// </summary>
/// <param name="lifetime">Drained before the process ends.</param>
/// <param name="governor">Provides the number of chunks in progress.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class HostWatch(
    WorkerLifetime lifetime,
    MemoryGovernor governor,
    TimeProvider time,
    ILogger<HostWatch> logger
) : BackgroundService
{
    private const int ExitCode = 1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(100);

    // The disposal of a browser takes at most 10 s.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var host = ParentProcess.Id;
        if (host is null)
            return;
        while (ParentProcess.Id == host)
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(false);
        HostGone(host.Value);
        await DrainAsync(CancellationToken.None).ConfigureAwait(false);
        Environment.Exit(ExitCode);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        // Otherwise the process ends with its browsers running, whose temp folders remain.
        await DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        await lifetime.DrainAsync().ConfigureAwait(false);
        var since = time.GetTimestamp();
        while (governor.Chunks > 0 && time.GetElapsedTime(since) < DrainLimit)
            await Task.Delay(DrainPoll, time, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(2003, LogLevel.Error, "Functions host {Pid} exited; worker stopped")]
    private partial void HostGone(int pid);
}
