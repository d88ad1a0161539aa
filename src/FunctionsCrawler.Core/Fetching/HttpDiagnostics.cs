using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>Describes a fetch over HTTP for whoever asks why a page failed: its times, and its request if that failed.</summary>
/// <param name="time">The clock.</param>
/// <param name="secrets">Hides what is private in the request.</param>
internal sealed class HttpDiagnostics(TimeProvider time, SecretMask secrets)
{
    /// <summary>Describes a fetch that has just ended.</summary>
    /// <param name="url">The URL that was requested first.</param>
    /// <param name="result">Its result.</param>
    /// <param name="started">The timestamp of its begin.</param>
    /// <param name="responded">The timestamp of the last response; null if there was none.</param>
    public PageDiagnostics Of(Uri url, FetchResult result, long started, long? responded)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(result);
        var total = (long)time.GetElapsedTime(started).TotalMilliseconds;
        return new PageDiagnostics
        {
            FailedRequests = Failure(url, result) is { } failure ? [failure] : [],
            Timing = new VisitTiming
            {
                ResponseStartMs = responded is { } at ? (long)time.GetElapsedTime(started, at).TotalMilliseconds : null,
                ReadMs = result.Error is null ? total : null,
                TotalMs = total,
            },
        };
    }

    private FailedRequest? Failure(Uri url, FetchResult result)
    {
        // Of a response with another status, the content was refused, not the request.
        if (result.Error is not { } error || result.Status is < 400)
            return null;
        var failed = EventUrl.Of(result.FinalUrl ?? url.AbsoluteUri, secrets);
        return new FailedRequest(failed, "GET", "document")
        {
            Status = result.Status,
            Error = result.Status is null ? EventText.Clean(secrets.Apply(error.Message)) : null,
        };
    }
}
