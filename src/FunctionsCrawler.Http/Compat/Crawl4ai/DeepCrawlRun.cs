using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// Runs a deep crawl while its client waits. It is a crawl like others, so it survives a restart of the server; but its client
/// then has gone. It is cancelled if the client disconnects, and deleted when the client has its results.
/// </summary>
internal sealed class DeepCrawlRun(CrawlService crawls, TimeProvider time)
{
    // For a crawl whose server stopped, so that it does not run for long for nobody.
    private const int MaxMinutes = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <summary>Crawls.</summary>
    /// <returns>The results as they are stored.</returns>
    public async IAsyncEnumerable<PageResult> RunAsync(
        string url,
        RunSettings settings,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        var id = JobId.New();
        var request = settings.ToCrawl([url]) with { MaxMinutes = MaxMinutes };
        if (await crawls.AcceptAsync(id, request, cancellationToken) != Acceptance.Accepted)
        {
            yield return new PageResult(0, url, [], "Too many crawls are waiting; try again later.");
            yield break;
        }
        var hasEnded = false;
        try
        {
            var writer = new ResultWriter(settings.Shape, (name, token) => crawls.FindArtifactAsync(id, name, token));
            var (index, cursor) = (0, RecordCursor.Start);
            while (!hasEnded)
            {
                // Before the records, so that none is missed at the end.
                hasEnded = await crawls.FindAsync(id, cancellationToken) is not { HasEnded: false };
                await foreach (var record in crawls.ReadPagesAsync(id, cursor, cancellationToken))
                {
                    if (RecordCursor.TryParse(record.Cursor ?? "", out var next))
                        cursor = next;
                    if (!JobResults.IsResult(record))
                        continue;
                    var shown = record.Depth == 0 ? url : record.Url;
                    var json = await writer.WriteAsync(record, shown, isDeep: true, cancellationToken);
                    yield return new PageResult(index++, shown, json);
                }
                if (!hasEnded)
                    await Task.Delay(Pause, time, cancellationToken);
            }
        }
        finally
        {
            await EndAsync(id, hasEnded);
        }
    }

    private async Task EndAsync(string id, bool hasEnded)
    {
        using var limit = new CancellationTokenSource(EndLimit, time);
        if (hasEnded)
            await crawls.DeleteAsync(id, limit.Token);
        else
            await crawls.CancelAsync(id, limit.Token);
    }
}
