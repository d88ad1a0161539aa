namespace FunctionsCrawler.Fetching;

/// <summary>What came back for one URL: a value, also when it failed.</summary>
public sealed record FetchResult
{
    /// <summary>The URL that answered last, or null when nothing answered.</summary>
    public string? FinalUrl { get; init; }

    /// <summary>The last HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>The answers that redirected, in order.</summary>
    public IReadOnlyList<RedirectHop> Redirects { get; init; } = [];

    /// <summary>The media type without parameters, in lower case.</summary>
    public string? ContentType { get; init; }

    /// <summary>The Retry-After header of the last answer, as sent.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The X-Robots-Tag headers of the last answer, as sent.</summary>
    public IReadOnlyList<string> RobotsTags { get; init; } = [];

    /// <summary>The decoded text: HTML, or plain text or Markdown as it is. Null on failure.</summary>
    public string? Text { get; init; }

    /// <summary>The content as it was sent, but decompressed; only from a fetcher that takes any.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Bytes of the content, decompressed.</summary>
    public long Bytes { get; init; }

    /// <summary>Who produced the text.</summary>
    public RenderedBy RenderedBy { get; init; }

    /// <summary>The room of a large text, to be disposed of by who is done with it: no other comes before.</summary>
    internal LargeDocument? Room { get; init; }

    /// <summary>Why there is no text.</summary>
    public PageError? Error { get; init; }
}

/// <summary>Gets one URL, once. Failures are results; only cancellation by the caller's token throws.</summary>
public interface IPageFetcher
{
    /// <summary>Gets <paramref name="url"/> within <paramref name="deadline"/>, redirects included.</summary>
    /// <param name="url">An absolute http or https URL.</param>
    /// <param name="deadline">How long the whole of it may take, from now.</param>
    /// <param name="cancellationToken">Stops the fetch at once.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; a deadline is a result instead.</exception>
    Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken);
}
