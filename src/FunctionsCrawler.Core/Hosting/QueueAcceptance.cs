using System.Text;

namespace FunctionsCrawler.Hosting;

/// <summary>Accepts crawls from the messages of a queue.</summary>
internal sealed class QueueAcceptance(CrawlService crawls, CrawlerOptions options, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Accepts the crawl of a message. Idempotent: a redelivered message is the same crawl, and a deleted crawl is not accepted
    /// again.
    /// </summary>
    /// <param name="crawlId">The id derived from the message's id.</param>
    /// <param name="body">The text of the message: a CrawlRequest as JSON.</param>
    /// <param name="cancellationToken">Stops the operation. The message should then be redelivered.</param>
    /// <returns>Why the message can never be accepted; null if it was accepted.</returns>
    public async Task<string?> AcceptAsync(string crawlId, string body, CancellationToken cancellationToken)
    {
        var reading = RequestReader.ReadCrawl(Encoding.UTF8.GetBytes(body)).CheckScripts(options);
        if (reading.Request is null)
            return string.Join(
                " ",
                reading.Faults.Select(f => f.Field.Length > 0 ? $"{f.Field}: {f.Message}" : f.Message)
            );
        // If the host is full, wait instead of failing: a failure would count towards the queue's delivery limit.
        Acceptance acceptance;
        while (
            (acceptance = await crawls.AcceptAsync(crawlId, reading.Request, cancellationToken).ConfigureAwait(false))
            == Acceptance.Full
        )
            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        return acceptance switch
        {
            Acceptance.OtherRequest => $"the id {crawlId} is taken by another request",
            Acceptance.EarlierCrawlUnknown =>
                $"since: {await crawls.FindSinceFaultAsync(reading.Request, cancellationToken).ConfigureAwait(false)}",
            _ => null,
        };
    }
}
