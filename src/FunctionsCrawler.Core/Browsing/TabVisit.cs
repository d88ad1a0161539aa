using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Browsing;

/// <summary>Result of one visit of a tab to a URL.</summary>
internal sealed record TabVisit
{
    /// <summary>How the visit ended.</summary>
    public required VisitEnd End { get; init; }

    /// <summary>The responses to the main frame in order: redirects first, the document that was read last.</summary>
    public IReadOnlyList<VisitedDocument> Documents { get; init; } = [];

    /// <summary>
    /// The document's HTML after it settled; null unless <see cref="End"/> is <see cref="VisitEnd.Read"/> or
    /// <see cref="VisitEnd.ErrorStatus"/>, and for error pages that are not HTML.
    /// </summary>
    public string? Html { get; init; }

    /// <summary>
    /// The document's location, without fragment; null where <see cref="Html"/> is.
    /// </summary>
    public string? FinalUrl { get; init; }

    /// <summary>
    /// What the document was still waiting for when it was read, if it looked unfinished then, such as "2 requests"; otherwise
    /// null.
    /// </summary>
    public string? Awaited { get; init; }

    /// <summary>After <see cref="VisitEnd.NetworkError"/>: the URL of the main frame that failed.</summary>
    public string? FailedUrl { get; init; }

    /// <summary>After <see cref="VisitEnd.NetworkError"/>: the connection error, if the host could not be reached.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Elapsed time of the visit, which counts against its deadline.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>
    /// After <see cref="VisitEnd.Crashed"/>: the renderer's memory limit in MiB (1,048,576 bytes), if a renderer exited
    /// near that limit during the visit; otherwise null.
    /// </summary>
    public double? OutgrownMb { get; init; }

    /// <summary>Files that were made of the page, as <see cref="VisitOptions"/> asked.</summary>
    internal IReadOnlyList<PageCapture> Captures { get; init; } = [];

    /// <summary>What was recorded of the visit; null if that was not asked.</summary>
    internal PageDiagnostics? Diagnostics { get; init; }

    /// <summary>The exchanges of the visit; null if they are not archived. Whoever takes the visit disposes it.</summary>
    internal WarcSpool? Exchanges { get; init; }

    /// <summary>What is missing in <see cref="Exchanges"/>; null if nothing is.</summary>
    internal string? ExchangesMissing { get; init; }

    /// <summary>What is missing in <see cref="Captures"/>.</summary>
    internal IReadOnlyList<PageWarning> CaptureWarnings { get; init; } = [];

    /// <summary>What the visit has left in its context, if <see cref="VisitOptions"/> asked for it; otherwise null. It is secret.</summary>
    internal LoginState? Login { get; init; }

    /// <summary>The error in one line, as the browser reports it; null if there is none.</summary>
    public string? Detail { get; init; }
}

/// <summary>One response to the main frame.</summary>
/// <param name="Url">The URL that was requested.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="ContentType">Its Content-Type headers as sent, joined by line feeds, or null.</param>
/// <param name="RetryAfter">Its Retry-After header as sent, or null.</param>
/// <param name="RobotsTag">Its X-Robots-Tag headers as sent, joined by line feeds, or null.</param>
/// <param name="Headers">Its headers that are recorded.</param>
internal sealed record VisitedDocument(
    string Url,
    int Status,
    string? ContentType,
    string? RetryAfter = null,
    string? RobotsTag = null,
    IReadOnlyDictionary<string, string>? Headers = null
);

/// <summary>How a visit ended.</summary>
internal enum VisitEnd
{
    /// <summary>The document was read.</summary>
    Read,

    /// <summary>The server answered with an error status. The document was read if it is HTML.</summary>
    ErrorStatus,

    /// <summary>The response is not HTML: plain text, a download or no content. Fetching over HTTP can tell which.</summary>
    NotHtml,

    /// <summary>The deadline passed.</summary>
    Timeout,

    /// <summary>The page's renderer crashed or was killed.</summary>
    Crashed,

    /// <summary>The browser or its driver has exited.</summary>
    BrowserLost,

    /// <summary>The request failed on the network; see <see cref="TabVisit.Detail"/>.</summary>
    NetworkError,

    /// <summary>The page did not show what the visit was to wait for; see <see cref="TabVisit.Detail"/>.</summary>
    NotShown,

    /// <summary>A step of the request could not be carried out; see <see cref="TabVisit.Detail"/>.</summary>
    ActionFailed,

    /// <summary>The browser does not accept a setting of the visit; see <see cref="TabVisit.Detail"/>.</summary>
    Refused,

    /// <summary>There were too many redirects, scripted navigations or refreshes.</summary>
    RedirectLoop,

    /// <summary>The document, or everything the page received, exceeds a limit; see <see cref="TabVisit.Detail"/>.</summary>
    TooLarge,

    /// <summary>
    /// A script created nodes without end, so the renderer was killed. In a shared renderer it may have been another tab's
    /// script.
    /// </summary>
    Runaway,

    /// <summary>The tab still had state of an earlier visit. The result was discarded; retry the URL in a new tab.</summary>
    Contaminated,
}
