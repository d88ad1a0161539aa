using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>What a tab's page does on the network during one visit: documents answered, requests in flight.</summary>
internal sealed class TabTraffic
{
    /// <summary>How many documents may lead on by themselves.</summary>
    public const int MaxScriptRedirects = 10;

    // These stay open by design; a page that holds one is as quiet as it gets.
    private static readonly string[] Endless = ["EventSource", "WebSocket", "Ping", "Media"];

    private readonly string _mainFrame;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _inFlight = new(StringComparer.Ordinal);
    private readonly List<VisitedDocument> _documents = [];
    private string? _asked;
    private string? _documentRequest;
    private string? _broken;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource _loop = NewSignal();

    public TabTraffic(IPageSession page, string mainFrame)
    {
        _mainFrame = mainFrame;
        page.On("Network.requestWillBeSent", OnStarted);
        page.On("Network.responseReceived", e => OnAnswered(e, "response"));
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

    /// <summary>Completes when more documents have come than may lead on.</summary>
    public Task Loop => Volatile.Read(ref _loop).Task;

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
            _loop = NewSignal();
        }
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
                (_asked, _documentRequest, _broken) = (
                    e.GetProperty("request").GetProperty("url").GetString(),
                    id,
                    null
                );
        }
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
        var headers = response.GetProperty("headers");
        var document = new VisitedDocument(
            response.GetProperty("url").GetString()!,
            response.GetProperty("status").GetInt32(),
            // Sent more than once, values come joined by line feeds.
            Header(headers, "content-type")?.Split('\n', 2)[0],
            Header(headers, "retry-after"),
            Header(headers, "x-robots-tag")
        );
        lock (_lock)
        {
            _documents.Add(document);
            if (_documents.Count(d => d.Status is < 300 or >= 400) > MaxScriptRedirects + 1)
                _loop.TrySetResult();
        }
    }

    private bool IsMainDocument(JsonElement e) =>
        TypeOf(e) is "Document" && e.TryGetProperty("frameId", out var frame) && frame.ValueEquals(_mainFrame);

    private static string? TypeOf(JsonElement e) => e.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static string? Header(JsonElement headers, string name)
    {
        foreach (var header in headers.EnumerateObject())
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return header.Value.GetString();
        }
        return null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
