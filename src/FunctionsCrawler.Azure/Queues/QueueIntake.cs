using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Takes requests from the queue as Azure Functions' queue trigger does: up to 16 at once, each at least once. A message is
/// deleted after it was accepted and seen again after a failure; at the fifth failure it moves, unchanged, to the queue of
/// failed requests. Storage that fails is waited for.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="accept">
/// Accepts a request. It may be called again with one that was accepted before. Its token ends when the intake is to end.
/// </param>
/// <param name="options">The times.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log, events 3001 to 3006.</param>
public sealed class QueueIntake(
    CrawlQueue queue,
    Func<QueueRequest, CancellationToken, Task<IntakeResult>> accept,
    QueueIntakeOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private const int MaxTries = 5;
    private const int MaxAtOnce = 16;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly List<Task> _running = [];
    private int _away;

    /// <summary>Takes messages until <paramref name="stopping"/>, then waits for those that are worked on, and returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await PumpAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to end.
        }
        try
        {
            await Task.WhenAll(_running)
                .WaitAsync(options.DrainLimit, time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            QueueLog.LeftRunning(logger, _running.Count(task => !task.IsCompleted), options.DrainLimit.TotalSeconds);
        }
    }

    private async Task PumpAsync(CancellationToken stopping)
    {
        var pause = ShortestPause;
        while (true)
        {
            var free = await FreePlacesAsync(stopping).ConfigureAwait(false);
            var messages = await ReceiveAsync(free, stopping).ConfigureAwait(false);
            _running.AddRange(messages.Select(m => Task.Run(() => HandleAsync(m, stopping), CancellationToken.None)));
            if (messages.Length > 0)
            {
                pause = ShortestPause;
                continue;
            }
            await Task.Delay(pause, time, stopping).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private async Task<int> FreePlacesAsync(CancellationToken stopping)
    {
        if (_running.Count == MaxAtOnce)
            await Task.WhenAny(_running).WaitAsync(stopping).ConfigureAwait(false);
        foreach (var ended in _running.FindAll(task => task.IsCompleted))
        {
            _running.Remove(ended);
            await ended.ConfigureAwait(false);
        }
        return MaxAtOnce - _running.Count;
    }

    private async Task<QueueMessage[]> ReceiveAsync(int most, CancellationToken stopping)
    {
        try
        {
            // The queue itself may have gone.
            if (Volatile.Read(ref _away) == 1)
                await queue.CreateAsync(stopping).ConfigureAwait(false);
            var messages = await queue.ReceiveAsync(most, options.Visibility, stopping).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _away, 0) == 1)
                QueueLog.StorageBack(logger, queue.Name);
            return messages;
        }
        catch (IOException e)
        {
            StorageAway(e);
            return [];
        }
    }

    private async Task HandleAsync(QueueMessage message, CancellationToken stopping)
    {
        var offer = OfferAsync(message, stopping);
        var receipt = await KeepAsync(message, offer).ConfigureAwait(false);
        var failure = await offer.ConfigureAwait(false);
        try
        {
            if (receipt is null || !await SettleAsync(message, receipt, failure).ConfigureAwait(false))
                QueueLog.Lost(logger, QueueRequest.IdOf(message.MessageId));
        }
        catch (IOException e)
        {
            // The message is seen again when its time is up.
            StorageAway(e);
        }
    }

    /// <summary>Keeps other readers from seeing a message while it is worked on.</summary>
    /// <returns>The newest receipt, by which it is deleted; null when it is another reader's by now.</returns>
    private async Task<string?> KeepAsync(QueueMessage message, Task work)
    {
        using var timer = new PeriodicTimer(options.Visibility / 3, time);
        var receipt = message.PopReceipt;
        while (receipt is not null)
        {
            var tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(work, tick).ConfigureAwait(false) == work)
                break;
            try
            {
                // Waited for even if the work ends: given up, it might have made a receipt that nobody knows.
                receipt = await queue.HideAsync(message.MessageId, receipt, options.Visibility).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // The next one may do.
                StorageAway(e);
            }
        }
        return receipt;
    }

    /// <summary>Offers the message; null when it was accepted.</summary>
    private async Task<Failure?> OfferAsync(QueueMessage message, CancellationToken stopping)
    {
        if (message.DequeueCount > MaxTries)
            return new Failure("whoever took it never said what became of it", TimeSpan.Zero);
        try
        {
            var request = QueueRequest.Of(message.MessageId, message.MessageText);
            var result = await accept(request, stopping).ConfigureAwait(false);
            return result.Malformed is { } reason
                ? new Failure($"it is malformed: {reason}", options.MalformedDelay)
                : null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Failure.Interrupted;
        }
        catch (Exception e)
        {
            return new Failure(e.Message, options.RetryDelay) { Exception = e };
        }
    }

    /// <summary>Deletes, moves or gives back the message; false when it is another reader's by now.</summary>
    private async Task<bool> SettleAsync(QueueMessage message, string receipt, Failure? failure)
    {
        if (failure is null)
            return await queue.DeleteAsync(message.MessageId, receipt).ConfigureAwait(false);

        var id = QueueRequest.IdOf(message.MessageId);
        if (message.DequeueCount < MaxTries || failure == Failure.Interrupted)
        {
            if (failure != Failure.Interrupted)
                QueueLog.Failed(
                    logger,
                    id,
                    message.DequeueCount,
                    MaxTries,
                    failure.Delay.TotalSeconds,
                    failure.Reason,
                    failure.Exception
                );
            return await queue.HideAsync(message.MessageId, receipt, failure.Delay).ConfigureAwait(false) is not null;
        }
        // In this order it may be moved twice, and never be lost.
        await queue.PoisonAsync(message.MessageText).ConfigureAwait(false);
        QueueLog.Poisoned(
            logger,
            id,
            queue.Name + CrawlQueue.PoisonSuffix,
            MaxTries,
            failure.Reason,
            failure.Exception
        );
        return await queue.DeleteAsync(message.MessageId, receipt).ConfigureAwait(false);
    }

    private void StorageAway(IOException e)
    {
        if (Interlocked.Exchange(ref _away, 1) == 0)
            QueueLog.StorageAway(logger, queue.Name, e.Message);
    }

    /// <summary>Why a message was not accepted, and when it is to be seen again.</summary>
    private sealed record Failure(string Reason, TimeSpan Delay)
    {
        public static readonly Failure Interrupted = new("the intake ends", TimeSpan.Zero);

        public Exception? Exception { get; init; }
    }
}
