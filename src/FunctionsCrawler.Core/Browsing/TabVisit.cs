namespace FunctionsCrawler.Browsing;

/// <summary>What a tab brought back from one URL.</summary>
public sealed record TabVisit
{
    /// <summary>How the visit ended.</summary>
    public required VisitEnd End { get; init; }

    /// <summary>The documents the main frame was answered with, in order: redirects first, the one that was read last.</summary>
    public IReadOnlyList<VisitedDocument> Documents { get; init; } = [];

    /// <summary>The document's HTML after it settled; only after <see cref="VisitEnd.Read"/>.</summary>
    public string? Html { get; init; }

    /// <summary>Where the document says it is, without fragment; only after <see cref="VisitEnd.Read"/>.</summary>
    public string? FinalUrl { get; init; }

    /// <summary>After <see cref="VisitEnd.NetworkError"/>: which URL of the main frame failed.</summary>
    public string? FailedUrl { get; init; }

    /// <summary>After <see cref="VisitEnd.NetworkError"/>: why its host was not reached, if that was it.</summary>
    public Exception? Cause { get; init; }

    /// <summary>How much of its deadline the visit has taken.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>
    /// After <see cref="VisitEnd.Crashed"/>: what the page's renderer may allocate, in megabytes of 1,048,576 bytes, if it seems
    /// to have needed more.
    /// </summary>
    public double? OutgrownMb { get; init; }

    /// <summary>What went wrong, in one line, as the browser says it.</summary>
    public string? Detail { get; init; }
}

/// <summary>One answer to the main frame.</summary>
/// <param name="Url">Who answered.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="ContentType">Its Content-Type header as sent, or null.</param>
/// <param name="RetryAfter">Its Retry-After header as sent, or null.</param>
/// <param name="RobotsTag">Its X-Robots-Tag headers as sent, joined by line feeds, or null.</param>
public sealed record VisitedDocument(
    string Url,
    int Status,
    string? ContentType,
    string? RetryAfter = null,
    string? RobotsTag = null
);

/// <summary>How a visit ended.</summary>
public enum VisitEnd
{
    /// <summary>The document was read.</summary>
    Read,

    /// <summary>The server answered with an error status; the document was not read.</summary>
    ErrorStatus,

    /// <summary>The answer is no HTML document: a text, a download, an empty answer. HTTP can tell which.</summary>
    NotHtml,

    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The page's renderer died.</summary>
    Crashed,

    /// <summary>The browser itself, or its driver, is gone.</summary>
    BrowserLost,

    /// <summary>The network failed: see the detail.</summary>
    NetworkError,

    /// <summary>Scripts or refreshes led on and on.</summary>
    RedirectLoop,

    /// <summary>The document, or all that the page received, is larger than allowed: see the detail.</summary>
    TooLarge,

    /// <summary>A script without end filled the renderer, which was ended. In a shared one it may have been a neighbour's.</summary>
    Runaway,

    /// <summary>The tab still held something of an earlier visit: the result was thrown away and the URL needs a fresh tab.</summary>
    Contaminated,
}
