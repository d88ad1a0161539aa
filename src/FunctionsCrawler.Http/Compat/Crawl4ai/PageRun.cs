using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>What came of a page.</summary>
/// <param name="Index">The place of the page in the request.</param>
/// <param name="Url">The URL as it stands in the result.</param>
/// <param name="Json">The result.</param>
/// <param name="Busy">Why the server could not visit the page now; null if it did.</param>
internal sealed record PageResult(int Index, string Url, JsonObject Json, string? Busy = null)
{
    public bool Success => Json["success"]!.GetValue<bool>();

    public string Error => Json["error_message"]!.GetValue<string>();
}

/// <summary>Visits the pages of a request, each with a deadline of its own, several at a time.</summary>
internal sealed class PageRun(ScrapeService scrapes, InlinePage inline, CrawlerOptions options, TimeProvider time)
{
    /// <summary>Visits pages.</summary>
    /// <param name="pages">Valid pages.</param>
    /// <param name="cancellationToken">Cancels all visits. Their browsers are gone when the enumeration has ended.</param>
    /// <returns>The results as they come.</returns>
    public async IAsyncEnumerable<PageResult> RunAsync(
        IReadOnlyList<PageTask> pages,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A client that reads slowly holds the visits back.
        var results = Channel.CreateBounded<PageResult>(options.MaxRunningScrapes);
        var visiting = VisitAllAsync(pages, results.Writer, stop.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancellationToken))
                yield return result;
        }
        finally
        {
            await stop.CancelAsync();
            await visiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // No more than can run, because the deadline of a page includes the wait for its turn.
    private async Task VisitAllAsync(
        IReadOnlyList<PageTask> pages,
        ChannelWriter<PageResult> results,
        CancellationToken cancellationToken
    )
    {
        var limits = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.MaxRunningScrapes,
            CancellationToken = cancellationToken,
        };
        try
        {
            await Parallel.ForEachAsync(
                pages.Index(),
                limits,
                async (page, cancellation) =>
                    await results.WriteAsync(
                        await VisitAsync(page.Index, page.Item, pages.Count > 1, cancellation),
                        cancellation
                    )
            );
            results.Complete();
        }
        catch (Exception e)
        {
            // The reader throws it.
            results.Complete(e);
        }
    }

    private async Task<PageResult> VisitAsync(
        int index,
        PageTask page,
        bool isOfMany,
        CancellationToken cancellationToken
    )
    {
        var started = time.GetUtcNow();
        var (record, busy) = await ReadAsync(page, cancellationToken);
        var writer = new ResultWriter(page.Settings?.Shape ?? new ResultShape());
        var json = await writer.WriteAsync(record, page.Url, isDeep: false, cancellationToken);
        if (isOfMany)
            json["dispatch_result"] = new JsonObject
            {
                ["task_id"] = Guid.NewGuid().ToString(),
                ["memory_usage"] = 0.0,
                ["peak_memory"] = 0.0,
                ["start_time"] = Seconds(started),
                ["end_time"] = Seconds(time.GetUtcNow()),
                ["error_message"] = PageOutcome.Of(record).Error,
            };
        return new PageResult(index, page.Url, json, busy);
    }

    private async Task<(PageRecord Record, string? Busy)> ReadAsync(PageTask page, CancellationToken cancellationToken)
    {
        if (page.Settings is not { } settings)
            return (Failed(page.Url, "No crawler_configs entry matches this URL"), null);
        if (page.Html is { } html)
            return (inline.Read(html, settings), null);
        string busy;
        try
        {
            if (await scrapes.TryScrapeAsync(settings.ToPage(page.Url), cancellationToken) is { } record)
                return (record, null);
            busy = $"{scrapes.Waiting} pages are already waiting; try again later.";
        }
        catch (WorkerExhaustedException)
        {
            busy = "This server has no memory left for browsers and is restarting; try again later.";
        }
        catch (BrowserLaunchException)
        {
            busy = "No browser could be started; see the server log for the reason.";
        }
        return (Failed(page.Url, busy), busy);
    }

    private PageRecord Failed(string url, string reason) =>
        new()
        {
            Url = url,
            FetchedAt = time.GetUtcNow(),
            Error = new PageError(ErrorCode.Internal, reason),
        };

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1000.0;
}
