using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>What a tab's page does on the network during one visit: documents answered, requests in flight.</summary>
internal sealed class TabTraffic
{
    // These stay open by design; a page that holds one is as quiet as it gets.
    private static readonly string[] Endless = ["EventSource", "WebSocket", "Ping", "Media"];

    private readonly IPageSession _page;
    private readonly string _mainFrame;
    private readonly PageLimits _limits;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private readonly List<VisitedDocument> _documents = [];
    private string? _asked;
    private string? _documentRequest;
    private string? _broken;
    private TaskCompletionSource? _idle;
    private long _documentBytes;
    private long _totalBytes;
    private TaskCompletionSource<Exception> _halted = NewHalt();

    public TabTraffic(IPageSession page, string mainFrame, PageLimits limits)
    {
        (_page, _mainFrame, _limits) = (page, mainFrame, limits);
        page.On("Network.requestWillBeSent", OnStarted);
        page.On("Network.responseReceived", e => OnAnswered(e, "response"));
        page.On("Network.dataReceived", OnData);
        page.On("Network.loadingFinished", OnEnded);
        page.On("Network.loadingFailed", OnFailed);
    }

    /// <summary>The answers to the main frame so far.</summary>
    public IReadOnlyList<VisitedDocument> Documents
    {
        get
        {
            lock (_lock)
                return [.. _documents];
        }
    }

    /// <summary>The URL that the main frame asked for last.</summary>
    public string? Asked
    {
        get
        {
            lock (_lock)
                return _asked;
        }
    }

    /// <summary>
    /// Chromium's net error if the last document broke off while it came, else null. Chromium shows what it has of such a
    /// document as if it were all.
    /// </summary>
    public string? Broken
    {
        get
        {
            lock (_lock)
                return _broken;
        }
    }

    /// <summary>Whether nothing is in flight.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _inFlight.Count == 0;
        }
    }

    /// <summary>Completes when the page has gone beyond a limit, with a <see cref="VisitHaltedException"/>.</summary>
    public Task<Exception> Halted => Volatile.Read(ref _halted).Task;

    /// <summary>Forgets the visit before.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            _inFlight.Clear();
            _documents.Clear();
            _asked = _documentRequest = _broken = null;
            _idle?.TrySetResult();
            _idle = null;
            (_documentBytes, _totalBytes) = (0, 0);
            _halted = NewHalt();
        }
    }

    /// <summary>Stops the page's loading and ends its visit.</summary>
    public void Halt(VisitEnd end, string detail)
    {
        if (Volatile.Read(ref _halted).TrySetResult(new VisitHaltedException(end, detail)))
            _page.SendAsync("Page.stopLoading").Observe();
    }

    /// <summary>Completes when nothing is in flight.</summary>
    public Task WhenIdle()
    {
        lock (_lock)
        {
            if (_inFlight.Count == 0)
                return Task.CompletedTask;
            _idle ??= NewSignal();
            return _idle.Task;
        }
    }

    private void OnStarted(JsonElement e)
    {
        // A redirect is told of by the request that follows it, under the same id.
        if (e.TryGetProperty("redirectResponse", out _))
            OnAnswered(e, "redirectResponse");
        if (Endless.Contains(TypeOf(e), StringComparer.Ordinal))
            return;
        var id = e.GetProperty("requestId").GetString()!;
        lock (_lock)
        {
            _inFlight.Add(id);
            // A document may fail before it is answered, too.
            if (IsMainDocument(e))
                (_asked, _documentRequest, _broken, _documentBytes) = (
                    e.GetProperty("request").GetProperty("url").GetString(),
                    id,
                    null,
                    0
                );
        }
    }

    // Counted as it comes, decoded: neither a bomb nor a body without end may get as far as its end.
    private void OnData(JsonElement e)
    {
        var bytes = e.GetProperty("dataLength").GetInt64();
        lock (_lock)
        {
            _totalBytes += bytes;
            if (e.GetProperty("requestId").ValueEquals(_documentRequest))
                _documentBytes += bytes;
            bytes = _documentBytes;
        }
        if (bytes > _limits.MaxBytes)
            Halt(VisitEnd.TooLarge, $"more than {_limits.MaxBytes} bytes of content");
        else if (Interlocked.Read(ref _totalBytes) > _limits.MaxTotalBytes)
            Halt(VisitEnd.TooLarge, $"more than {_limits.MaxTotalBytes} bytes of content, images and scripts");
    }

    private void OnFailed(JsonElement e)
    {
        // A page may stop its own loading, and a navigation ends that of the document before: neither breaks anything.
        var isCanceled = e.TryGetProperty("canceled", out var canceled) && canceled.GetBoolean();
        lock (_lock)
        {
            if (!isCanceled && e.GetProperty("requestId").ValueEquals(_documentRequest))
                _broken = e.GetProperty("errorText").GetString();
        }
        OnEnded(e);
    }

    private void OnEnded(JsonElement e)
    {
        lock (_lock)
        {
            if (!_inFlight.Remove(e.GetProperty("requestId").GetString()!) || _inFlight.Count > 0)
                return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private void OnAnswered(JsonElement e, string property)
    {
        if (!IsMainDocument(e))
            return;
        var response = e.GetProperty(property);
        var document = new VisitedDocument(
            response.GetProperty("url").GetString()!,
            response.GetProperty("status").GetInt32(),
            // Sent more than once, values come joined by line feeds.
            Header(response, "content-type")?.Split('\n', 2)[0],
            Header(response, "retry-after"),
            Header(response, "x-robots-tag")
        );
        int followed;
        lock (_lock)
        {
            _documents.Add(document);
            followed = property is "redirectResponse" ? _documents.Count : _documents.Count - 1;
        }
        if (followed > _limits.MaxRedirects)
            Halt(VisitEnd.RedirectLoop, $"more than {_limits.MaxRedirects} redirects");
        // Of a download its type is what is wrong, whatever its size.
        else if (
            property is "response"
            && document.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true
            && long.TryParse(
                Header(response, "content-length"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var bytes
            )
            && bytes > _limits.MaxBytes
        )
            Halt(VisitEnd.TooLarge, $"{bytes} bytes of content; the most is {_limits.MaxBytes}");
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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
