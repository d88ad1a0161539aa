using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Fetching;

/// <summary>The result of fetching one URL. Failures are values too: see <see cref="Error"/>.</summary>
internal sealed record FetchResult
{
    /// <summary>The URL of the last response; null if no server responded.</summary>
    public string? FinalUrl { get; init; }

    /// <summary>The HTTP status of the last response; null if no server responded.</summary>
    public int? Status { get; init; }

    /// <summary>The redirect responses, in order.</summary>
    public IReadOnlyList<RedirectHop> Redirects { get; init; } = [];

    /// <summary>The media type without parameters, in lower case.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Retry-After header of the last response, as sent.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The X-Robots-Tag headers of the last response, as sent.</summary>
    public IReadOnlyList<string> RobotsTags { get; init; } = [];

    /// <summary>The headers of the last response that are recorded; null if no server responded.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>
    /// The decoded text: HTML, plain text or Markdown, unchanged. Null on failure, except for pages with an error status.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>
    /// The undecoded content after decompression. Set only by a fetcher that accepts any content
    /// (<see cref="HttpFetcherOptions.TakesAnyContent"/>).
    /// </summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The size of the content in bytes, after decompression.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether the text comes from the HTTP response or from a browser.</summary>
    public RenderedBy RenderedBy { get; init; }

    /// <summary>Held for a large document. Dispose after extraction; the next large document waits until then.</summary>
    internal LargeDocumentLease? Lease { get; init; }

    /// <summary>Files that the browser made from the page, such as a screenshot.</summary>
    internal IReadOnlyList<PageCapture> Captures { get; init; } = [];

    /// <summary>What was recorded of the fetch; null if that was not asked.</summary>
    public PageDiagnostics? Diagnostics { get; init; }

    /// <summary>
    /// Whether the server answered a <see cref="Revalidation"/> with 304 (Not Modified): there is no text then, and the stored
    /// page is current.
    /// </summary>
    public bool IsNotModified { get; init; }

    /// <summary>What is missing in the result.</summary>
    public IReadOnlyList<PageWarning> Warnings { get; init; } = [];

    /// <summary>Why the fetch failed; null if it succeeded.</summary>
    public PageError? Error { get; init; }
}

/// <summary>Fetches a URL, without retries. Failures are results; only cancellation by the caller's token throws.</summary>
internal interface IPageFetcher
{
    /// <summary>Fetches <paramref name="url"/> and follows redirects.</summary>
    /// <param name="url">An absolute http or https URL.</param>
    /// <param name="deadline">The maximum duration of the whole fetch, including redirects.</param>
    /// <param name="cancellationToken">Stops the fetch at once.</param>
    /// <exception cref="OperationCanceledException">
    /// The token was cancelled. An expired deadline is a result, not an exception.
    /// </exception>
    Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken);
}
