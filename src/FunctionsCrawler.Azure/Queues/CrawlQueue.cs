using System.Text;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// The queue of requests, and the one beside it for those that failed for good. Messages never expire: one that nobody
/// took for a week is not to vanish.
/// </summary>
public sealed class CrawlQueue
{
    /// <summary>The queue of requests.</summary>
    public const string RequestsName = "crawl-requests";

    /// <summary>What the name of the queue of failed requests ends with.</summary>
    public const string PoisonSuffix = "-poison";

    /// <summary>Bytes of UTF-8 that the service takes in one message.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    // The service's way to say never.
    private static readonly TimeSpan NoExpiry = TimeSpan.FromSeconds(-1);

    private readonly QueueClient _requests;
    private readonly QueueClient _poison;

    private CrawlQueue(QueueServiceClient service, string name)
    {
        _requests = service.GetQueueClient(name);
        _poison = service.GetQueueClient(name + PoisonSuffix);
    }

    /// <summary>The queue's name.</summary>
    public string Name => _requests.Name;

    /// <summary>Opens the queue, making it where there is none.</summary>
    /// <exception cref="FormatException">The options name no account.</exception>
    /// <exception cref="IOException">The account cannot be reached or refused the credentials.</exception>
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

    /// <summary>Sends a request. Where an answer is lost it is sent again, and may then come twice, as two crawls.</summary>
    /// <param name="json">The CrawlRequest, at most <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Gives up; the request may have been sent.</param>
    /// <returns>The id that the crawl will have.</returns>
    /// <exception cref="ArgumentException">The request is too large.</exception>
    /// <exception cref="IOException">The storage failed; the request may have been sent.</exception>
    public async Task<string> EnqueueAsync(string json, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetByteCount(json);
        if (bytes > MaxMessageBytes)
            throw new ArgumentException(
                $"The request has {bytes} bytes, and a queue takes at most {MaxMessageBytes}; send it over HTTP.",
                nameof(json)
            );
        var sent = await SendAsync(_requests, json, cancellationToken).ConfigureAwait(false);
        return QueueRequest.IdOf(sent.MessageId);
    }

    /// <summary>Makes the queue where there is none.</summary>
    internal Task CreateAsync(CancellationToken cancellationToken) => CreateAsync(_requests, cancellationToken);

    /// <summary>Takes messages, which no other reader sees for a time.</summary>
    internal async Task<QueueMessage[]> ReceiveAsync(int most, TimeSpan hidden, CancellationToken cancellationToken) =>
        await _requests
            .ReceiveMessagesAsync(most, hidden, cancellationToken)
            .OrIOException($"the queue {Address(_requests)} cannot be read", cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Lets a message that was taken be seen again after a time, counted from now.</summary>
    /// <returns>The receipt by which it is known from now on; null when it is another reader's by now.</returns>
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
            throw StorageFailure.Of($"a message of {Address(_requests)} cannot be kept", e, CancellationToken.None);
        }
    }

    /// <summary>Deletes a message that was taken; false when it is another reader's by now.</summary>
    internal async Task<bool> DeleteAsync(string id, string receipt)
    {
        try
        {
            await _requests.DeleteMessageAsync(id, receipt).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException e) when (IsLost(e))
        {
            // A delete whose answer was lost is sent again, and the message is gone then.
            return e.ErrorCode == QueueErrorCode.MessageNotFound;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw StorageFailure.Of($"a message of {Address(_requests)} cannot be deleted", e, CancellationToken.None);
        }
    }

    /// <summary>Sends a text to the queue of failed requests, making that where there is none.</summary>
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
            .OrIOException($"the queue {Address(queue)} takes no message", cancellationToken)
            .ConfigureAwait(false);

    /// <summary>Whether the message is gone, or known by a newer receipt.</summary>
    private static bool IsLost(RequestFailedException e) =>
        e.ErrorCode == QueueErrorCode.MessageNotFound || e.ErrorCode == QueueErrorCode.PopReceiptMismatch;

    private static string Address(QueueClient queue) => queue.Uri.GetLeftPart(UriPartial.Path);
}
