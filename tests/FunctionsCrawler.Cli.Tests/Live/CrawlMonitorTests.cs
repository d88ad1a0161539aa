using FunctionsCrawler.Cli.Live;

namespace FunctionsCrawler.Cli.Tests.Live;

public sealed class CrawlMonitorTests
{
    // Regression: a visit that started while the list was copied made the whole crawl fail.
    [Fact]
    public async Task Look_WhileVisitsStartAndEnd_ShowsSomeOfThem()
    {
        var monitor = new CrawlMonitor(TimeProvider.System);
        string[] urls = [.. Enumerable.Range(0, 200).Select(n => $"https://example.com/{n}")];
        using var stop = new CancellationTokenSource();
        var visiting = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    foreach (var url in urls)
                        monitor.VisitStarted(url);
                    foreach (var url in urls)
                        monitor.VisitEnded(url, record: null);
                }
            },
            TestContext.Current.CancellationToken
        );

        var most = 0;
        for (var look = 0; look < 20_000; look++)
            most = Math.Max(most, monitor.GetState().Current.Count);
        await stop.CancelAsync();
        await visiting;

        Assert.InRange(most, 1, urls.Length);
    }
}
