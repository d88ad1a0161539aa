namespace FunctionsCrawler.AzureStorage;

/// <summary>What became of a message. What failed for another reason than its text is thrown.</summary>
public readonly record struct IntakeResult
{
    /// <summary>Why the message can never be accepted; null when it is done with.</summary>
    public string? Malformed { get; private init; }

    /// <summary>The message is done with: its crawl was accepted, now or before.</summary>
    public static IntakeResult Done => default;

    /// <summary>The message is no request.</summary>
    /// <param name="reason">Why, in one line for people.</param>
    public static IntakeResult IsMalformed(string reason) => new() { Malformed = reason };
}
