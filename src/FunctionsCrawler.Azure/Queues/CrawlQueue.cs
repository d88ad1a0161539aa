using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// The queue of crawl requests, and its poison queue for requests that failed permanently. Messages never expire, so that a
/// request survives a longer outage than the default of seven days.
/// </summary>
internal sealed class CrawlQueue
{
    /// <summary>The default name of the request queue.</summary>
    public const string RequestsName = "crawl-requests";

    /// <summary>The suffix that forms the name of the poison queue. The same as in Azure Functions.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>The maximum size of a message in bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    // The service's value for "never expires".
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _requests;
    private readonly QueueClient _poison;

    private CrawlQueue(QueueServiceClient service, string name)
    {
        _requests = service.GetQueueClient(name);
        _poison = service.GetQueueClient(name + PoisonSuffix);
    }

    /// <summary>The name of the request queue.</summary>
    public string Name => _requests.Name;

    /// <summary>Opens the request queue; creates it if it does not exist.</summary>
    /// <exception cref="FormatException">The options are invalid or name no account.</exception>
    /// <exception cref="IOException">The account cannot be reached or rejected the credentials.</exception>
    public static async Task<CrawlQueue> OpenAsync(
        AzureStorageOptions options,
        CancellationToken cancellationToken,
        string name = RequestsName
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        var queue = new CrawlQueue(ServiceClients.Queues(options), name);
        await queue.CreateAsync(cancellationToken).ConfigureAwait(false);
        return queue;
    }

    /// <summary>
    /// Sends a request. If the service's response is lost, the request is sent again and may then arrive twice, as two crawls.
    /// </summary>
    /// <param name="json">The CrawlRequest as JSON, at most <see cref="MaxMessageBytes"/> bytes.</param>
    /// <param name="cancellationToken">Cancels the call; the request may have been sent nevertheless.</param>
    /// <returns>The id that the crawl will have.</returns>
    /// <exception cref="ArgumentException">The request is larger than <see cref="MaxMessageBytes"/>.</exception>
    /// <exception cref="IOException">The storage failed; the request may have been sent nevertheless.</exception>
    public async Task<string> EnqueueAsync(string json, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetByteCount(json);
        if (bytes > MaxMessageBytes)
            throw new ArgumentException(
                $"The request has {bytes} bytes, but a queue message can have at most {MaxMessageBytes}; send it over HTTP.",
                nameof(json)
            );
        var sent = await SendAsync(_requests, json, cancellationToken).ConfigureAwait(false);
        return QueueRequest.IdOf(sent.MessageId);
    }

    /// <summary>Creates the request queue if it does not exist.</summary>
    internal Task CreateAsync(CancellationToken cancellationToken) => CreateAsync(_requests, cancellationToken);

    /// <summary>Takes up to <paramref name="max"/> messages and hides them from other readers for a time.</summary>
    internal async Task<QueueMessage[]> ReceiveAsync(int max, TimeSpan hidden, CancellationToken cancellationToken) =>
        await _requests
            .ReceiveMessagesAsync(max, hidden, cancellationToken)
            .OrIOException($"the queue {Address(_requests)} cannot be read", cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Sets the time from now after which a received message becomes visible again.</summary>
    /// <returns>The message's new receipt; null if the message was deleted or taken by another reader.</returns>
    internal async Task<string?> HideAsync(string id, string receipt, TimeSpan hidden)
    {
        try
        {
            var update = await _requests.UpdateMessageAsync(id, receipt, default(string), hidden).ConfigureAwait(false);
            return update.Value.PopReceipt;
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            return null;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw StorageFailure.Of($"a message of {Address(_requests)} cannot be updated", e, CancellationToken.None);
        }
    }

    /// <summary>Deletes a received message; false if it was taken by another reader.</summary>
    internal async Task<bool> DeleteAsync(string id, string receipt)
    {
        try
        {
            await _requests.DeleteMessageAsync(id, receipt).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            // Not found means deleted: the SDK sends a delete again if its response was lost.
            return e.ErrorCode == QueueErrorCode.MessageNotFound;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw StorageFailure.Of($"a message of {Address(_requests)} cannot be deleted", e, CancellationToken.None);
        }
    }

    /// <summary>Sends a message to the poison queue; creates the queue if it does not exist.</summary>
    internal async Task PoisonAsync(string text)
    {
        await CreateAsync(_poison, CancellationToken.None).ConfigureAwait(false);
        await SendAsync(_poison, text, CancellationToken.None).ConfigureAwait(false);
    }

    private static Task<Response> CreateAsync(QueueClient queue, CancellationToken cancellationToken) =>
        queue
            .CreateIfNotExistsAsync(cancellationToken: cancellationToken)
            .OrIOException($"the queue {Address(queue)} cannot be opened", cancellationToken);

    private static async Task<SendReceipt> SendAsync(
        QueueClient queue,
        string text,
        CancellationToken cancellationToken
    ) =>
        await queue
            .SendMessageAsync(text, timeToLive: NoExpiry, cancellationToken: cancellationToken)
            .OrIOException($"a message cannot be sent to the queue {Address(queue)}", cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Whether the message was deleted or has a newer receipt.</summary>
    private static bool IsLost(RequestFailedException e) =>
        e.ErrorCode == QueueErrorCode.MessageNotFound || e.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    private static string Address(QueueClient queue) => queue.Uri.GetLeftPart(UriPartial.Path);
}
