using System.Runtime.CompilerServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Hosting;

/// <summary>Reads the records of a running crawl.</summary>
/// <param name="crawls">Has the crawl.</param>
/// <param name="interval">How long to wait for further records.</param>
/// <param name="time">The clock.</param>
internal sealed class CommittedRecords(CrawlService crawls, TimeSpan interval, TimeProvider time)
{
    /// <summary>Reads the records as they are committed, until the crawl has ended.</summary>
    /// <param name="completion">Completes when the crawl has ended.</param>
    /// <param name="id">The id of the crawl.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<PageRecord> ReadUntilAsync(
        Task completion,
        string id,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(completion);
        var position = RecordCursor.Start;
        for (var ended = false; !ended; )
        {
            // Check before reading, so that records committed just before the completion are read in one last pass.
            ended = completion.IsCompleted;
            await foreach (var record in crawls.ReadPagesAsync(id, position, cancellationToken).ConfigureAwait(false))
            {
                if (record.Cursor is { } cursor && RecordCursor.TryParse(cursor, out var next))
                    position = next;
                yield return record;
            }
            if (!ended)
                await Task.WhenAny(completion, Task.Delay(interval, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
