using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Accepts crawls from the queue. The host delivers a failing message five times and then moves it to the poison queue.
/// </summary>
public sealed class QueueTrigger(CrawlHost host)
{
    /// <summary>Accepts the crawl of a message.</summary>
    /// <param name="message">The text of the message as sent; host.json disables the host's Base64 decoding.</param>
    /// <param name="id">The id of the message.</param>
    /// <param name="client">The Durable client of the host.</param>
    /// <param name="context">The context of the invocation.</param>
    /// <exception cref="InvalidDataException">The message can never be accepted; the exception says why.</exception>
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
        var acceptance = host.Queue(client);
        if (
            await acceptance.AcceptAsync(request.Id, request.Body, context.CancellationToken).ConfigureAwait(false) is
            { } fault
        )
            throw new InvalidDataException($"The message {id} is not a valid crawl request: {fault}");
    }
}
