using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>What a tab's page does on the network during one visit: documents answered, requests in flight.</summary>
internal sealed class TabTraffic
{
    // These stay open by design; a page that holds one is as quiet as it gets.
    private static readonly string[] Endless = ["eventsource", "websocket", "ping", "media"];

    private readonly IPage _page;
    private readonly ConcurrentDictionary<IRequest, byte> _inFlight = new();
    private readonly ConcurrentQueue<VisitedDocument> _documents = new();
    private TaskCompletionSource _idle = NewSignal();

    public TabTraffic(IPage page)
    {
        _page = page;
        page.Request += (_, request) => OnStarted(request);
        page.RequestFinished += (_, request) => OnEnded(request);
        page.RequestFailed += (_, request) => OnEnded(request);
        page.Response += (_, response) => OnResponse(response);
    }

    /// <summary>The answers to the main frame so far.</summary>
    public IReadOnlyList<VisitedDocument> Documents => [.. _documents];

    /// <summary>Whether nothing is in flight.</summary>
    public bool IsIdle => _inFlight.IsEmpty;

    /// <summary>Forgets the visit before.</summary>
    public void Begin()
    {
        _inFlight.Clear();
        _documents.Clear();
        _idle.TrySetResult();
    }

    /// <summary>Completes when nothing is in flight.</summary>
    public Task WhenIdle()
    {
        var signal = Volatile.Read(ref _idle);
        return IsIdle ? Task.CompletedTask : signal.Task;
    }

    private void OnStarted(IRequest request)
    {
        if (Endless.Contains(request.ResourceType, StringComparer.Ordinal))
            return;
        if (Volatile.Read(ref _idle).Task.IsCompleted)
            Volatile.Write(ref _idle, NewSignal());
        _inFlight.TryAdd(request, 0);
    }

    private void OnEnded(IRequest request)
    {
        _inFlight.TryRemove(request, out _);
        if (IsIdle)
            Volatile.Read(ref _idle).TrySetResult();
    }

    private void OnResponse(IResponse response)
    {
        if (!response.Request.IsNavigationRequest || response.Frame != _page.MainFrame)
            return;
        response.Headers.TryGetValue("content-type", out var contentType);
        _documents.Enqueue(new VisitedDocument(response.Url, response.Status, contentType));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
