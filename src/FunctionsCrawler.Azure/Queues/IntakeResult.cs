namespace FunctionsCrawler.AzureStorage;

/// <summary>The result of accepting a queue message. Failures other than a malformed message are thrown.</summary>
internal readonly record struct IntakeResult
{
    /// <summary>Why the message can never be accepted, in one line; null if it was accepted.</summary>
    public string? Malformed { get; private init; }

    /// <summary>The request was accepted, now or in an earlier delivery. The message is deleted.</summary>
    public static IntakeResult Done => default;

    /// <summary>The message is not a valid request. It is retried and then moved to the poison queue.</summary>
    /// <param name="reason">Why, in one line.</param>
    public static IntakeResult IsMalformed(string reason) => new() { Malformed = reason };
}
