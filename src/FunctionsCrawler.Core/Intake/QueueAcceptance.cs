using System.Text;

namespace FunctionsCrawler.Intake;

/// <summary>Accepts crawls that come as messages of a queue.</summary>
public sealed class QueueAcceptance(CrawlService crawls, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Accepts the crawl of a message. Delivered again, it is the same crawl; a deleted one is left alone.</summary>
    /// <param name="crawlId">The id that follows from the message's.</param>
    /// <param name="body">The message's text: a CrawlRequest as JSON.</param>
    /// <param name="cancellationToken">Gives up; the message is to be delivered again.</param>
    /// <returns>Why the message can never be accepted; null when it was.</returns>
    public async Task<string?> AcceptAsync(string crawlId, string body, CancellationToken cancellationToken)
    {
        var reading = CrawlRequestReader.Read(Encoding.UTF8.GetBytes(body));
        if (reading.Request is null)
            return string.Join(
                " ",
                reading.Faults.Select(f => f.Field.Length > 0 ? $"{f.Field}: {f.Message}" : f.Message)
            );
        // A queue is where crawls may wait: a full host takes the message later, and counts no failure.
        Acceptance acceptance;
        while (
            (acceptance = await crawls.AcceptAsync(crawlId, reading.Request, cancellationToken).ConfigureAwait(false))
            == Acceptance.Full
        )
            await Task.Delay(LookAgain, time, cancellationToken).ConfigureAwait(false);
        return acceptance == Acceptance.OtherRequest ? $"the id {crawlId} is taken by another request" : null;
    }
}
