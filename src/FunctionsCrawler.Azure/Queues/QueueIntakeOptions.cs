using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.AzureStorage;

/// <summary>Timeouts and delays of a <see cref="QueueIntake"/>. The service rounds them to whole seconds.</summary>
internal sealed record QueueIntakeOptions
{
    /// <summary>
    /// How long a received message stays hidden from other readers. Renewed while the message is being processed; if the
    /// process dies, its messages become visible again within this time.
    /// </summary>
    /// <value>Default 60 s, at least 1 s.</value>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The delay between a failure and the next attempt.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The delay between two attempts of a malformed message. Short, because waiting does not help.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan MalformedDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a stopping intake waits for messages in progress.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);
}
