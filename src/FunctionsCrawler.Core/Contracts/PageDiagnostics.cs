using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>
/// What happened during the visit of a page, as <see cref="PageOptions.Diagnostics"/> asks. Of several attempts it is the last.
/// Neither values of the request that are private nor user names and passwords of URLs are in it.
/// </summary>
public sealed record PageDiagnostics
{
    /// <summary>
    /// What the page wrote to its console, what its scripts threw and did not catch, and what the browser itself reported. At
    /// most 200 messages with 65,536 characters in all. Empty if no browser visited the page.
    /// </summary>
    public IReadOnlyList<ConsoleMessage> Console { get; init; } = [];

    /// <summary>How many messages were left out, at least. Null if none were.</summary>
    public long? ConsoleOmitted { get; init; }

    /// <summary>The requests that failed or were answered with an error status, at most 200.</summary>
    public IReadOnlyList<FailedRequest> FailedRequests { get; init; } = [];

    /// <summary>How many failed requests were left out. Null if none were.</summary>
    public long? FailedRequestsOmitted { get; init; }

    /// <summary>How long the visit took to get where.</summary>
    public VisitTiming Timing { get; init; } = new();
}

/// <summary>A message of a page's console.</summary>
/// <param name="Level">How serious it is.</param>
/// <param name="Text">The text, up to 2,000 characters.</param>
public sealed record ConsoleMessage(ConsoleLevel Level, string Text)
{
    /// <summary>The document or script that it comes from. Null if unknown.</summary>
    public string? Url { get; init; }

    /// <summary>The line in it, from 1. Null if unknown.</summary>
    public int? Line { get; init; }
}

/// <summary>How serious a message of a console is.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ConsoleLevel>))]
public enum ConsoleLevel
{
    /// <summary>console.debug.</summary>
    Debug,

    /// <summary>console.log, and all calls without a level of their own.</summary>
    Log,

    /// <summary>console.info.</summary>
    Info,

    /// <summary>console.warn, and warnings of the browser.</summary>
    Warning,

    /// <summary>console.error, failed assertions, uncaught exceptions, and errors of the browser.</summary>
    Error,
}

/// <summary>A request that failed, or that a server answered with an error status.</summary>
/// <param name="Url">Its URL, up to 2,000 characters.</param>
/// <param name="Method">Its method: GET.</param>
/// <param name="Type">What was requested: document, script, stylesheet, image, font, fetch, xhr or another kind.</param>
public sealed record FailedRequest(string Url, string Method, string Type)
{
    /// <summary>The status, 400 or more. Null if there was no response.</summary>
    public int? Status { get; init; }

    /// <summary>Why there was no complete response. Null if there was one.</summary>
    public string? Error { get; init; }
}

/// <summary>
/// How long a visit took to get where, in milliseconds since it began. What was not reached is null, and so is what a fetch over
/// HTTP does not have.
/// </summary>
public sealed record VisitTiming
{
    /// <summary>The server's last response to the page itself began to arrive. Redirects are over then.</summary>
    public long? ResponseStartMs { get; init; }

    /// <summary>The document was parsed.</summary>
    public long? DomContentLoadedMs { get; init; }

    /// <summary>The document was loaded with its images and frames.</summary>
    public long? LoadMs { get; init; }

    /// <summary>What the request waits for, its steps and its scrolling were done. Null if it asks for none of them.</summary>
    public long? PreparedMs { get; init; }

    /// <summary>The content was read.</summary>
    public long? ReadMs { get; init; }

    /// <summary>The visit ended. The files of the page were made by then.</summary>
    public long TotalMs { get; init; }
}
