using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.AzureStorage;

/// <summary>
/// Receives requests from the queue like Azure Functions' queue trigger: up to 16 at a time, each at least once. An accepted
/// message is deleted. A failed one becomes visible again after a delay; after the fifth failure it is moved, unchanged, to
/// the poison queue. While the storage fails, the intake retries until it recovers.
/// </summary>
/// <param name="queue">The queue to receive from.</param>
/// <param name="accept">
/// Accepts a request. Must be idempotent: it may be called again with a request that it has already accepted. Its token is
/// cancelled when the intake stops.
/// </param>
/// <param name="options">Visibility, delays and the drain limit.</param>
/// <param name="time">The clock for delays and renewals.</param>
/// <param name="logger">Receives the events 3001 to 3006.</param>
internal sealed class QueueIntake(
    CrawlQueue queue,
    Func<QueueRequest, CancellationToken, Task<IntakeResult>> accept,
    QueueIntakeOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private const int MaxAttempts = 5;
    private const int MaxConcurrency = 16;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly List<Task> _running = [];
    private int _isStorageDown;

    /// <summary>
    /// Receives messages until <paramref name="stopping"/> is cancelled, then waits for those in progress, at most for
    /// <see cref="QueueIntakeOptions.DrainLimit"/>.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            await PumpAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped by the caller; drain below.
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
            var free = await WaitForFreeSlotsAsync(stopping).ConfigureAwait(false);
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

    private async Task<int> WaitForFreeSlotsAsync(CancellationToken stopping)
    {
        if (_running.Count == MaxConcurrency)
            await Task.WhenAny(_running).WaitAsync(stopping).ConfigureAwait(false);
        foreach (var ended in _running.FindAll(task => task.IsCompleted))
        {
            _running.Remove(ended);
            await ended.ConfigureAwait(false);
        }
        return MaxConcurrency - _running.Count;
    }

    private async Task<QueueMessage[]> ReceiveAsync(int max, CancellationToken stopping)
    {
        try
        {
            // The queue itself may have been deleted.
            if (Volatile.Read(ref _isStorageDown) == 1)
                await queue.CreateAsync(stopping).ConfigureAwait(false);
            var messages = await queue.ReceiveAsync(max, options.Visibility, stopping).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isStorageDown, 0) == 1)
                QueueLog.QueueRecovered(logger, queue.Name);
            return messages;
        }
        catch (IOException e)
        {
            ReportStorageFailure(e);
            return [];
        }
    }

    private async Task HandleAsync(QueueMessage message, CancellationToken stopping)
    {
        var offer = OfferAsync(message, stopping);
        var receipt = await KeepHiddenAsync(message, offer).ConfigureAwait(false);
        var failure = await offer.ConfigureAwait(false);
        try
        {
            if (receipt is null || !await SettleAsync(message, receipt, failure).ConfigureAwait(false))
                QueueLog.Lost(logger, QueueRequest.IdOf(message.MessageId));
        }
        catch (IOException e)
        {
            // The message becomes visible again when its visibility timeout expires.
            ReportStorageFailure(e);
        }
    }

    /// <summary>Keeps a message hidden from other readers while it is being processed.</summary>
    /// <returns>The newest receipt, needed to delete the message; null if another reader has taken it.</returns>
    private async Task<string?> KeepHiddenAsync(QueueMessage message, Task work)
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
                // Not cancelled when the work ends: an abandoned call might still change the receipt.
                receipt = await queue.HideAsync(message.MessageId, receipt, options.Visibility).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                // The next renewal may succeed.
                ReportStorageFailure(e);
            }
        }
        return receipt;
    }

    /// <summary>Passes a message to <c>accept</c>; null if it was accepted.</summary>
    private async Task<Failure?> OfferAsync(QueueMessage message, CancellationToken stopping)
    {
        if (message.DequeueCount > MaxAttempts)
            return new Failure("it was received several times but never completed", TimeSpan.Zero);
        try
        {
            var request = QueueRequest.Of(message.MessageId, message.MessageText);
            var result = await accept(request, stopping).ConfigureAwait(false);
            return result.Malformed is { } reason
                ? new Failure($"the message is malformed: {reason}", options.MalformedDelay)
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

    /// <summary>Deletes the message, releases it for a retry or moves it; false if another reader has taken it.</summary>
    private async Task<bool> SettleAsync(QueueMessage message, string receipt, Failure? failure)
    {
        if (failure is null)
            return await queue.DeleteAsync(message.MessageId, receipt).ConfigureAwait(false);

        var id = QueueRequest.IdOf(message.MessageId);
        if (message.DequeueCount < MaxAttempts || failure == Failure.Interrupted)
        {
            if (failure != Failure.Interrupted)
                QueueLog.Failed(
                    logger,
                    id,
                    message.DequeueCount,
                    MaxAttempts,
                    failure.Delay.TotalSeconds,
                    failure.Reason,
                    failure.Exception
                );
            return await queue.HideAsync(message.MessageId, receipt, failure.Delay).ConfigureAwait(false) is not null;
        }
        // In this order a message may be moved twice but is never lost.
        await queue.PoisonAsync(message.MessageText).ConfigureAwait(false);
        QueueLog.Poisoned(
            logger,
            id,
            queue.Name + CrawlQueue.PoisonSuffix,
            MaxAttempts,
            failure.Reason,
            failure.Exception
        );
        return await queue.DeleteAsync(message.MessageId, receipt).ConfigureAwait(false);
    }

    private void ReportStorageFailure(IOException e)
    {
        if (Interlocked.Exchange(ref _isStorageDown, 1) == 0)
            QueueLog.QueueUnavailable(logger, queue.Name, e.Message);
    }

    /// <summary>Why a message was not accepted, and the delay until it becomes visible again.</summary>
    private sealed record Failure(string Reason, TimeSpan Delay)
    {
        public static readonly Failure Interrupted = new("the intake is stopping", TimeSpan.Zero);

        public Exception? Exception { get; init; }
    }
}
