namespace FunctionsCrawler.Browsing.Engines;

/// <summary>A call that the browser, or the document it was meant for, did not grant.</summary>
internal sealed class ProtocolException : Exception
{
    // The protocol has no codes of its own for these: Chromium's and V8's sources hold the words.
    private static readonly string[] Superseded =
    [
        "Cannot find context with specified id",
        "Execution context was destroyed",
        "Inspected target navigated or closed",
        "Promise was collected",
        "No frame for given id found",
    ];

    /// <summary>A refusal in the words of the browser.</summary>
    public ProtocolException(string message)
        : base(message) { }

    /// <summary>Whether the document that was asked went away because the page moved on to another.</summary>
    public bool IsSuperseded => Superseded.Any(words => Message.Contains(words, StringComparison.Ordinal));

    /// <summary>What an error that the browser answered with means.</summary>
    public static Exception Of(string method, string message) =>
        message.Contains("Target crashed", StringComparison.Ordinal) ? new RendererCrashedException()
        : message.Contains("has been closed", StringComparison.Ordinal) ? new BrowserLostException(message)
        : new ProtocolException($"{method}: {message}");
}

/// <summary>The renderer of the page died.</summary>
internal sealed class RendererCrashedException() : Exception("the page's renderer crashed");
