namespace FunctionsCrawler.Hosting;

/// <summary>Reports how much of a crawl is done to a caller of the library.</summary>
internal static class PercentReports
{
    /// <summary>Reports the percentage whenever it has risen, until the token is cancelled.</summary>
    /// <param name="host">Runs the crawl.</param>
    /// <param name="crawlId">The crawl.</param>
    /// <param name="percent">Receives the percentage.</param>
    /// <param name="period">The time between two looks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the reports. Nothing is thrown then.</param>
    public static async Task RunAsync(
        EmbeddedHost host,
        string crawlId,
        IProgress<int> percent,
        TimeSpan period,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(percent);
        var last = -1;
        while (!cancellationToken.IsCancellationRequested)
        {
            var progress = await host.FindProgressAsync(crawlId, CancellationToken.None).ConfigureAwait(false);
            if ((progress?.Percent ?? 0) is var now && now > last)
                percent.Report(last = now);
            await Task.Delay(period, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
