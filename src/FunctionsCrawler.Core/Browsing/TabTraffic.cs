using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>What a tab's page does on the network during one visit: documents answered, requests in flight.</summary>
internal sealed class TabTraffic
{
    /// <summary>How many documents may lead on by themselves.</summary>
    public const int MaxScriptRedirects = 10;

    // These stay open by design; a page that holds one is as quiet as it gets.
    private static readonly string[] Endless = ["eventsource", "websocket", "ping", "media"];

    private readonly IPage _page;
    private readonly Lock _lock = new();
    private readonly HashSet<IRequest> _inFlight = [];
    private readonly List<VisitedDocument> _documents = [];
    private TaskCompletionSource? _idle;
    private TaskCompletionSource _loop = NewSignal();

    public TabTraffic(IPage page)
    {
        _page = page;
        page.Request += (_, request) => OnStarted(request);
        page.RequestFinished += (_, request) => OnEnded(request);
        page.RequestFailed += (_, request) => OnEnded(request);
        page.Response += (_, response) => OnResponse(response);
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

    private void OnStarted(IRequest request)
    {
        if (Endless.Contains(request.ResourceType, StringComparer.Ordinal))
            return;
        lock (_lock)
            _inFlight.Add(request);
    }

    private void OnEnded(IRequest request)
    {
        lock (_lock)
        {
            if (!_inFlight.Remove(request) || _inFlight.Count > 0)
                return;
            _idle?.TrySetResult();
            _idle = null;
        }
    }

    private void OnResponse(IResponse response)
    {
        if (!response.Request.IsNavigationRequest || response.Frame != _page.MainFrame)
            return;
        response.Headers.TryGetValue("content-type", out var contentType);
        lock (_lock)
        {
            _documents.Add(new VisitedDocument(response.Url, response.Status, contentType));
            if (_documents.Count(d => d.Status is < 300 or >= 400) > MaxScriptRedirects + 1)
                _loop.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
