using System.Text.Json;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Http;
using FunctionsCrawler.Intake;

namespace FunctionsCrawler.Cli.Client;

/// <summary>Shows how a crawl of a server stands.</summary>
internal sealed class StatusView(ServerClient client, bool json, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Shows it once.</summary>
    public async Task<int> ShowAsync(string id, CancellationToken cancellationToken)
    {
        var status = await client.ShowAsync(id, cancellationToken);
        Console.WriteLine(json ? JsonSerializer.Serialize(status, ApiJson.Default.CrawlStatus) : Line(status));
        return ExitCode.Done;
    }

    /// <summary>Shows every change until the crawl has ended, then its summary.</summary>
    /// <returns>The exit code that the same crawl would have on the command line.</returns>
    public async Task<int> WaitAsync(string id, CancellationToken cancellationToken)
    {
        for (string? shown = null; ; )
        {
            var status = await client.ShowAsync(id, cancellationToken);
            var line = Line(status);
            if (!json && !string.Equals(line, shown, StringComparison.Ordinal))
                Console.WriteLine(line);
            shown = line;
            if (status.HasEnded)
                break;
            await Task.Delay(Period, time, cancellationToken);
        }
        var summary = await client.SummarizeAsync(id, cancellationToken);
        SummaryText.Print(summary, null, new ViewOptions(json, Quiet: false));
        return SummaryText.CodeOf(summary);
    }

    private static string Line(CrawlStatus status)
    {
        var (pages, place) = (status.Progress, "");
        if (pages.Wave is { } wave)
            place = $", wave {wave}, depth {pages.Depth}";
        return $"{status.Id} {status.State}: {pages.Succeeded} succeeded, {pages.Failed} failed, {pages.Queued} queued{place}";
    }
}
