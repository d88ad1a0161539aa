using FunctionsCrawler.Browsing;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Ends this worker when the Functions host that started it is gone. Killed, a host leaves its worker alive for over a
/// minute: it would crawl on for nobody, while the next host crawls the same.
/// </summary>
/// <param name="worker">What drains first.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class HostWatch(CrawlWorker worker, TimeProvider time, ILogger<HostWatch> logger)
    : BackgroundService
{
    private const int ExitCode = 1;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Browsers are disposed of within 10 s, whatever they do.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var host = ParentProcess.Id;
        if (host is null)
            return;
        while (ParentProcess.Id == host)
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(false);
        HostGone(host.Value);
        await worker.DrainAsync().ConfigureAwait(false);
        var since = time.GetTimestamp();
        while (worker.Governor.Chunks > 0 && time.GetElapsedTime(since) < DrainLimit)
            await Task.Delay(Period, time, CancellationToken.None).ConfigureAwait(false);
        Environment.Exit(ExitCode);
    }

    [LoggerMessage(2003, LogLevel.Error, "The Functions host {Pid} that started this worker is gone; the worker ends")]
    private partial void HostGone(int pid);
}
