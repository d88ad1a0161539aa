using System.Text.Json;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http;

namespace FunctionsCrawler.Cli.Client;

/// <summary>Shows the status of a crawl on a server.</summary>
internal sealed class StatusView(ServerClient client, bool json, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Shows the status once.</summary>
    public async Task<int> ShowAsync(string id, CancellationToken cancellationToken)
    {
        var status = await client.ShowAsync(id, cancellationToken);
        Console.WriteLine(json ? JsonSerializer.Serialize(status, ApiJson.Default.CrawlStatus) : Line(status));
        return ExitCode.Done;
    }

    /// <summary>Shows every change until the crawl has ended, then its summary.</summary>
    /// <returns>The exit code that the same crawl would have if it ran locally.</returns>
    public async Task<int> WaitAsync(string id, CancellationToken cancellationToken)
    {
        CrawlStatus last;
        for (string? shown = null; ; )
        {
            var status = last = await client.ShowAsync(id, cancellationToken);
            var line = Line(status);
            if (!json && !string.Equals(line, shown, StringComparison.Ordinal))
                Console.WriteLine(line);
            shown = line;
            if (status.HasEnded)
                break;
            await Task.Delay(Period, time, cancellationToken);
        }
        // A crawl whose request is damaged has no summary.
        if (last.State == CrawlStatusState.Damaged)
            return ExitCode.Failed;
        var summary = await client.SummarizeAsync(id, cancellationToken);
        SummaryText.Print(summary, null, new ViewOptions(json, Quiet: false));
        return SummaryText.CodeOf(summary);
    }

    private static string Line(CrawlStatus status)
    {
        var (pages, place) = (status.Progress, "");
        var reason = status.Reason is null ? "" : $"; {status.Reason}";
        if (pages.Wave is { } wave)
            place = $", wave {wave}, depth {pages.Depth}";
        return $"{status.Id} {status.State}: {pages.Percent} %, {pages.Succeeded} succeeded, {pages.Failed} failed, {pages.Queued} queued{place}{reason}";
    }
}
