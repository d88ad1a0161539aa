using FunctionsCrawler.Browsing;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Starts and stops the embedded host with the process. On start it removes the orphans of killed processes and resumes
/// accepted crawls; on stop it drains the host.
/// </summary>
internal sealed class CrawlerHostedService(CrawlService crawls, EmbeddedHost host, TimeProvider time) : IHostedService
{
    // Container platforms wait 30 s between SIGTERM and SIGKILL.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    /// <summary>The number of crawls resumed on start.</summary>
    public int Resumed { get; private set; }

    /// <summary>The orphans removed on start.</summary>
    public IReadOnlyList<SweptOrphan> Swept { get; private set; } = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Swept = await OrphanSweep.RemoveAsync(time, cancellationToken).ConfigureAwait(false);
        Resumed = await crawls.ResumeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => host.DrainAsync(DrainLimit);
}
