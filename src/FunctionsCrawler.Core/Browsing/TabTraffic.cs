using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Tracks the network traffic of a tab during one visit: responses to the main frame, requests in flight and bytes
/// received. Halts the visit when a limit is exceeded.
/// </summary>
internal sealed class TabTraffic
{
    // These stay open by design, so they do not count as in flight.
    private static readonly string[] LongLivedTypes = ["EventSource", "WebSocket", "Ping", "Media"];

    // Their responses can add text to the page; those of images, fonts and style sheets cannot.
    private static readonly string[] ContentTypes = ["Document", "Script", "XHR", "Fetch"];

    private readonly IPageSession _page;
    private readonly string _mainFrame;
    private readonly PageLimits _limits;
    private readonly Lock _lock = new();
    private readonly List<VisitedDocument> _documents = [];
    private string? _lastRequestedUrl;
    private string? _documentRequestId;
    private string? _documentError;
    private long _documentBytes;
    private long _totalBytes;
    private TaskCompletionSource<Exception> _halted = NewHalt();

    /// <summary>The bytes that the page has loaded, after decompression.</summary>
    public long TotalBytes => Interlocked.Read(ref _totalBytes);

    public TabTraffic(IPageSession page, string mainFrame, PageLimits limits)
    {
        (_page, _mainFrame, _limits) = (page, mainFrame, limits);
        page.On("Network.requestWillBeSent", OnRequest);
        page.On("Network.responseReceived", e => OnResponse(e, "response"));
        page.On("Network.dataReceived", OnData);
        page.On("Network.webSocketFrameReceived", e => OnOther("Network.webSocketFrameReceived", e));
        page.On("Network.loadingFinished", OnFinished);
        page.On("Network.loadingFailed", OnFailed);
    }

    /// <summary>The responses to the main frame so far, redirects included, in order.</summary>
    public IReadOnlyList<VisitedDocument> Documents
    {
        get
        {
            lock (_lock)
                return [.. _documents];
        }
    }

    /// <summary>The URL that the main frame requested last; null before the first request.</summary>
    public string? LastRequestedUrl
    {
        get
        {
            lock (_lock)
                return _lastRequestedUrl;
        }
    }

    /// <summary>
    /// Chromium's net error if the connection broke while the last document was received, otherwise null. Chromium shows
    /// such a partial document as if it were complete.
    /// </summary>
    public string? DocumentError
    {
        get
        {
            lock (_lock)
                return _documentError;
        }
    }

    /// <summary>Whether the main frame has requested a document that has not been received completely.</summary>
    public bool IsDocumentInFlight
    {
        get
        {
            lock (_lock)
                return _documentRequestId is not null && InFlight.Contains(_documentRequestId);
        }
    }

    /// <summary>Whether a request had a user name and password, which the browser then sends again by itself.</summary>
    public bool SentCredentials { get; private set; }

    /// <summary>The requests in flight, without those that stay open by design.</summary>
    public RequestsInFlight InFlight { get; } = new();

    /// <summary>Those of them whose responses can add text to the page.</summary>
    public RequestsInFlight ContentInFlight { get; } = new();

    /// <summary>Completes with a <see cref="VisitHaltedException"/> when the page exceeds a limit.</summary>
    public Task<Exception> Halted => Volatile.Read(ref _halted).Task;

    /// <summary>Discards everything recorded for the previous visit.</summary>
    public void Reset()
    {
        Forget();
        Volatile.Write(ref _halted, NewHalt());
    }

    /// <summary>Discards what was recorded of documents that are not the visit's. A limit that was exceeded stays exceeded.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            InFlight.Clear();
            ContentInFlight.Clear();
            _documents.Clear();
            _lastRequestedUrl = _documentRequestId = _documentError = null;
            _documentBytes = 0;
            Interlocked.Exchange(ref _totalBytes, 0);
            SentCredentials = false;
        }
    }

    /// <summary>Stops loading and completes <see cref="Halted"/>. Calls after the first have no effect.</summary>
    public void Halt(VisitEnd end, string detail)
    {
        if (Volatile.Read(ref _halted).TrySetResult(new VisitHaltedException(end, detail)))
            _page.SendAsync("Page.stopLoading").Observe();
    }

    /// <summary>Takes note of an event that is not about a request of the page itself: of a WebSocket, or of a worker.</summary>
    public void OnOther(string method, JsonElement e)
    {
        if (method is "Network.requestWillBeSent")
            SentCredentials |= TrafficEvents.HasCredentials(e);
        AddBytes(TrafficEvents.BytesOf(method, e));
    }

    private void OnRequest(JsonElement e)
    {
        // Chromium reports a redirect with the request that follows it, under the same id.
        if (e.TryGetProperty("redirectResponse", out _))
            OnResponse(e, "redirectResponse");
        SentCredentials |= TrafficEvents.HasCredentials(e);
        var type = TypeOf(e);
        if (LongLivedTypes.Contains(type, StringComparer.Ordinal))
            return;
        var id = e.GetProperty("requestId").GetString()!;
        lock (_lock)
        {
            InFlight.Add(id);
            if (ContentTypes.Contains(type, StringComparer.Ordinal))
                ContentInFlight.Add(id);
            // Set here, not on the response: a document request may also fail before there is a response.
            if (IsMainDocument(e))
                (_lastRequestedUrl, _documentRequestId, _documentError, _documentBytes) = (
                    e.GetProperty("request").GetProperty("url").GetString(),
                    id,
                    null,
                    0
                );
        }
    }

    // Counts decoded bytes as they arrive, so that a compression bomb or an endless body is stopped before its end.
    private void OnData(JsonElement e)
    {
        var bytes = e.GetProperty("dataLength").GetInt64();
        long documentBytes;
        lock (_lock)
        {
            if (e.GetProperty("requestId").ValueEquals(_documentRequestId))
                _documentBytes += bytes;
            documentBytes = _documentBytes;
        }
        if (documentBytes > _limits.MaxBytes)
            Halt(VisitEnd.TooLarge, $"more than {_limits.MaxBytes} bytes of content");
        else
            AddBytes(bytes);
    }

    private void AddBytes(long bytes)
    {
        if (Interlocked.Add(ref _totalBytes, bytes) > _limits.MaxTotalBytes)
            Halt(VisitEnd.TooLarge, $"more than {_limits.MaxTotalBytes} bytes of content, images and scripts");
    }

    private void OnFailed(JsonElement e)
    {
        // Cancelled requests are not errors: a page may stop loading, and a navigation cancels the previous document.
        var isCanceled = e.TryGetProperty("canceled", out var canceled) && canceled.GetBoolean();
        lock (_lock)
        {
            if (!isCanceled && e.GetProperty("requestId").ValueEquals(_documentRequestId))
                _documentError = e.GetProperty("errorText").GetString();
        }
        OnFinished(e);
    }

    private void OnFinished(JsonElement e)
    {
        var id = e.GetProperty("requestId").GetString()!;
        InFlight.Remove(id);
        ContentInFlight.Remove(id);
    }

    private void OnResponse(JsonElement e, string property)
    {
        if (!IsMainDocument(e))
            return;
        var response = e.GetProperty(property);
        var document = new VisitedDocument(
            response.GetProperty("url").GetString()!,
            response.GetProperty("status").GetInt32(),
            Header(response, "content-type"),
            Header(response, "retry-after"),
            Header(response, "x-robots-tag"),
            RecordedHeaders.Of(TrafficEvents.HeadersOf(response))
        );
        int followed;
        lock (_lock)
        {
            _documents.Add(document);
            followed = property is "redirectResponse" ? _documents.Count : _documents.Count - 1;
        }
        if (followed > _limits.MaxRedirects)
            Halt(VisitEnd.RedirectLoop, $"more than {_limits.MaxRedirects} redirects");
        // A download is reported as not HTML, whatever its size.
        else if (
            property is "response"
            && ContentType.Parse(document.ContentType).IsHtml
            && long.TryParse(
                Header(response, "content-length"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var bytes
            )
            && bytes > _limits.MaxBytes
        )
            Halt(VisitEnd.TooLarge, $"{bytes} bytes of content; the limit is {_limits.MaxBytes}");
    }

    private bool IsMainDocument(JsonElement e) =>
        TypeOf(e) is "Document" && e.TryGetProperty("frameId", out var frame) && frame.ValueEquals(_mainFrame);

    private static string? TypeOf(JsonElement e) => e.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static string? Header(JsonElement response, string name)
    {
        foreach (var header in response.GetProperty("headers").EnumerateObject())
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return header.Value.GetString();
        }
        return null;
    }

    private static TaskCompletionSource<Exception> NewHalt() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
