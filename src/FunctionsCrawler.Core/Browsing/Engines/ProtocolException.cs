namespace FunctionsCrawler.Browsing.Engines;

/// <summary>The browser answered a protocol call with an error, or the document it was meant for has gone.</summary>
internal sealed class ProtocolException : Exception
{
    // The protocol has no error codes for these; the texts are from the sources of Chromium and V8.
    private static readonly string[] SupersededMessages =
    [
        "Cannot find context with specified id",
        "Execution context was destroyed",
        "Inspected target navigated or closed",
        "Promise was collected",
        "No frame for given id found",
    ];

    /// <summary>Creates the exception with the browser's error message.</summary>
    public ProtocolException(string message)
        : base(message) { }

    /// <summary>Whether the call failed because the page navigated to another document meanwhile.</summary>
    public bool IsSuperseded => SupersededMessages.Any(text => Message.Contains(text, StringComparison.Ordinal));

    /// <summary>
    /// Maps an error answer to an exception: <see cref="RendererCrashedException"/>, <see cref="BrowserLostException"/> or
    /// <see cref="ProtocolException"/>.
    /// </summary>
    public static Exception From(string method, string message) =>
        message.Contains("Target crashed", StringComparison.Ordinal) ? new RendererCrashedException()
        : message.Contains("has been closed", StringComparison.Ordinal) ? new BrowserLostException(message)
        : new ProtocolException($"{method}: {message}");
}

/// <summary>The page's renderer crashed or was killed.</summary>
internal sealed class RendererCrashedException() : Exception("the page's renderer crashed");
