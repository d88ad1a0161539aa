using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Records the requests of a page during one visit, up to limits. Requests over them are only counted. Not safe for concurrent
/// use.
/// </summary>
/// <param name="secrets">Hides what is private in the request of the visit.</param>
/// <param name="isWhole">Whether all requests are recorded with their headers; otherwise only those that fail.</param>
internal sealed class RequestRecorder(SecretMask secrets, bool isWhole)
{
    /// <summary>How many requests are recorded.</summary>
    public const int MaxRequests = 5000;

    private const int MaxFailures = 200;
    private const int MaxOpen = 5000;

    // Characters of URLs and headers, which a file takes several times.
    private const int MaxLength = 4_000_000;

    private readonly Dictionary<string, RecordedRequest> _open = new(StringComparer.Ordinal);
    private readonly List<RecordedRequest> _requests = [];
    private readonly List<FailedRequest> _failures = [];
    private int _length;

    /// <summary>All requests, in the order in which they were sent.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _requests;

    /// <summary>How many requests were left out.</summary>
    public int Omitted { get; private set; }

    /// <summary>The requests that failed.</summary>
    public IReadOnlyList<FailedRequest> Failures => _failures;

    /// <summary>How many failed requests were left out.</summary>
    public long FailuresOmitted { get; private set; }

    /// <summary>Takes note of an event of the Network domain; of others it does not.</summary>
    public void On(string method, JsonElement e)
    {
        switch (method)
        {
            case "Network.requestWillBeSent":
                OnRequest(e);
                break;
            case "Network.responseReceived":
                if (Find(e) is { } request)
                    Answer(request, e.GetProperty("response"));
                break;
            case "Network.dataReceived":
                if (isWhole && Find(e) is { } receiving)
                    receiving.ContentBytes += (long)(RequestEvents.NumberOf(e, "dataLength") ?? 0);
                break;
            case "Network.loadingFinished":
                if (Find(e) is { } finished)
                    finished.SentBytes = (long?)RequestEvents.NumberOf(e, "encodedDataLength");
                End(e);
                break;
            case "Network.loadingFailed":
                OnFailed(e);
                break;
        }
    }

    private void OnRequest(JsonElement e)
    {
        // Chromium reports a redirect with the request that follows it, under the same id.
        if (e.TryGetProperty("redirectResponse", out var redirect) && Find(e) is { } before)
        {
            Answer(before, redirect);
            before.SentBytes = before.Response?.HeadBytes;
            End(e);
        }
        if (
            EventText.Read(e.GetProperty("request"), "url")?.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            is true
        )
            return;
        if (_open.Count >= MaxOpen || (isWhole && (_requests.Count >= MaxRequests || _length >= MaxLength)))
        {
            Omitted++;
            // Its failure still counts.
            if (_open.Count >= MaxOpen)
                return;
        }
        var request = RequestEvents.ReadRequest(e, secrets, isWhole);
        _open[EventText.Read(e, "requestId") ?? ""] = request;
        if (!isWhole || _requests.Count >= MaxRequests || _length >= MaxLength)
            return;
        _requests.Add(request);
        _length += request.Url.Length + LengthOf(request.Headers);
    }

    private void Answer(RecordedRequest request, JsonElement response)
    {
        request.Status = (int?)RequestEvents.NumberOf(response, "status");
        if (isWhole && request.Response is null && _length < MaxLength)
        {
            request.Response = RequestEvents.ReadResponse(response, secrets);
            _length += LengthOf(request.Response.Headers);
        }
        if (request.Status >= 400)
            Fail(new FailedRequest(request.Url, request.Method, request.Type) { Status = request.Status });
    }

    private void OnFailed(JsonElement e)
    {
        if (Find(e) is { } request)
        {
            request.Error = RequestEvents.ReadError(e);
            // A page may stop loading something, and a navigation cancels what the document before it was loading.
            var isCancelled =
                e.TryGetProperty("canceled", out var cancelled) && cancelled.ValueKind == JsonValueKind.True;
            if (!isCancelled && request.Status is not >= 400)
                Fail(new FailedRequest(request.Url, request.Method, request.Type) { Error = request.Error });
        }
        End(e);
    }

    private void Fail(FailedRequest failure)
    {
        if (_failures.Count < MaxFailures)
            _failures.Add(failure);
        else
            FailuresOmitted++;
    }

    private RecordedRequest? Find(JsonElement e) => _open.GetValueOrDefault(EventText.Read(e, "requestId") ?? "");

    private void End(JsonElement e)
    {
        if (_open.Remove(EventText.Read(e, "requestId") ?? "", out var request))
            request.Ended = RequestEvents.NumberOf(e, "timestamp");
    }

    private static int LengthOf(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        headers.Sum(header => header.Key.Length + header.Value.Length);
}
