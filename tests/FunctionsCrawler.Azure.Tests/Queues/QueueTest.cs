using System.Collections.Concurrent;
using Azure.Storage.Queues;
using FunctionsCrawler.AzureStorage.Tests.Running;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

/// <summary>Base class of tests with their own queue and an intake that receives from it.</summary>
[Needs(Need.Azurite)]
public abstract class QueueTest(Azurite azurite) : IAsyncLifetime
{
    private readonly string _name = $"q{Guid.CreateVersion7():N}";
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected FaultyTransport Network { get; } = new();

    private protected CapturedLog Log { get; } = new();

    /// <summary>The requests passed to <c>accept</c>, in order.</summary>
    private protected ConcurrentQueue<QueueRequest> Offered { get; } = new();

    private protected CrawlQueue Queue { get; private set; } = null!;

    /// <summary>The request queue, accessed directly and without network faults.</summary>
    private protected QueueClient Requests { get; private set; } = null!;

    private protected QueueClient Poison { get; private set; } = null!;

    /// <summary>The Azurite that holds the queues.</summary>
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
            options ?? NoDelays,
            TimeProvider.System,
            Log
        );
        _running = intake.RunAsync(_stop.Token);
    }

    private protected static QueueIntakeOptions NoDelays =>
        new() { RetryDelay = TimeSpan.Zero, MalformedDelay = TimeSpan.Zero };

    /// <summary>Stops the intake and waits until it has ended.</summary>
    private protected async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
    }

    /// <summary>Waits until the request queue is empty, including hidden messages.</summary>
    private protected Task UntilEmptyAsync() =>
        Eventually.IsTrueAsync(
            async () => (await Requests.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount == 0,
            "an empty queue"
        );

    /// <summary>Waits for the only message in the poison queue and returns its text.</summary>
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
