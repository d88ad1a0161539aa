using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Intake;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>Takes crawls from the queue. The host tries a message that fails five times, then moves it to the poison queue.</summary>
public sealed class QueueTrigger(CrawlHost host, TimeProvider time)
{
    /// <summary>Accepts the crawl of a message.</summary>
    /// <param name="message">The message's text as it was sent: host.json turns the host's own decoding off.</param>
    /// <param name="id">The message's id.</param>
    /// <param name="client">The host's Durable client.</param>
    /// <param name="context">This invocation.</param>
    /// <exception cref="InvalidDataException">The message can never be accepted; it says why.</exception>
    [Function("TakeCrawl")]
    public async Task TakeAsync(
        [QueueTrigger(CrawlQueue.RequestsName)] string message,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var request = QueueRequest.Of(id, message);
        var acceptance = new QueueAcceptance(host.Crawls(client), time);
        if (
            await acceptance.AcceptAsync(request.Id, request.Body, context.CancellationToken).ConfigureAwait(false) is
            { } fault
        )
            throw new InvalidDataException($"The message {id} is no crawl request: {fault}");
    }
}
