using System.Collections.Concurrent;
using Azure.Storage.Queues;
using FunctionsCrawler.AzureStorage.Tests.Running;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

/// <summary>A queue of a test's own, an intake that takes from it, and what that was offered.</summary>
public abstract class QueueTest(Azurite azurite) : IAsyncLifetime
{
    private readonly string _name = $"q{Guid.CreateVersion7():N}";
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected FaultyTransport Network { get; } = new();

    private protected CapturedLog Log { get; } = new();

    /// <summary>What the intake was offered, in order.</summary>
    private protected ConcurrentQueue<QueueRequest> Offered { get; } = new();

    private protected CrawlQueue Queue { get; private set; } = null!;

    /// <summary>The queue and its poison queue, as a stranger sees them.</summary>
    private protected QueueClient Requests { get; private set; } = null!;

    private protected QueueClient Poison { get; private set; } = null!;

    /// <summary>Where the storage is.</summary>
    private protected virtual Azurite Storage => azurite;

    public virtual async ValueTask InitializeAsync()
    {
        var service = ServiceClients.Queues(Storage.Options);
        Requests = service.GetQueueClient(_name);
        Poison = service.GetQueueClient(_name + CrawlQueue.PoisonSuffix);
        Queue = await CrawlQueue.OpenAsync(Network.Around(Storage.Options), Cancellation, _name);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts an intake.</summary>
    private protected void Start(
        Func<QueueRequest, CancellationToken, Task<IntakeResult>> accept,
        QueueIntakeOptions? options = null
    )
    {
        var intake = new QueueIntake(
            Queue,
            async (request, stopping) =>
            {
                Offered.Enqueue(request);
                return await accept(request, stopping);
            },
            options ?? Impatient,
            TimeProvider.System,
            Log
        );
        _running = intake.RunAsync(_stop.Token);
    }

    private protected static QueueIntakeOptions Impatient =>
        new() { RetryDelay = TimeSpan.Zero, MalformedDelay = TimeSpan.Zero };

    /// <summary>Ends the intake and waits for it.</summary>
    private protected async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    /// <summary>Waits until there is no message left, hidden ones counted.</summary>
    private protected Task UntilEmptyAsync() =>
        Eventually.IsTrueAsync(
            async () => (await Requests.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount == 0,
            "an empty queue"
        );

    /// <summary>Waits for a message in the poison queue.</summary>
    private protected async Task<string> PoisonedAsync()
    {
        var text = "";
        await Eventually.IsTrueAsync(
            async () =>
            {
                if (!await Poison.ExistsAsync(Cancellation))
                    return false;
                var messages = (await Poison.PeekMessagesAsync(2, Cancellation)).Value;
                if (messages.Length == 0)
                    return false;
                text = Assert.Single(messages).MessageText;
                return true;
            },
            "a poisoned message"
        );
        return text;
    }
}
