namespace FunctionsCrawler.AzureStorage;

/// <summary>How long a <see cref="QueueIntake"/> waits for what. The service counts in whole seconds.</summary>
public sealed record QueueIntakeOptions
{
    /// <summary>For how long a message is hidden from other readers at a time, renewed while it is worked on.</summary>
    /// <value>Default: 60 s. After the death of a process its messages are seen again within that time. At least 1 s.</value>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time between a failure and the next try.</summary>
    /// <value>Default: 10 s.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two tries of a malformed message, which no waiting mends.</summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan MalformedDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For how long the end waits for messages that are worked on.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);
}
