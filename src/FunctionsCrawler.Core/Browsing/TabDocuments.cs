using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>Which document a tab's main frame holds, and whether it is parsed. A document is known by its loader's id.</summary>
internal sealed class TabDocuments
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _arrived = new(StringComparer.Ordinal);
    private string? _loader;
    private bool _parsed;
    private TaskCompletionSource _changed = NewSignal();

    public TabDocuments(IPageSession page, string mainFrame)
    {
        page.On("Page.frameNavigated", OnNavigated);
        page.On("Page.domContentEventFired", _ => Change(() => _parsed = true));
        // After window.stop() in the middle of a document the event above never comes; what there is of it, stays.
        page.On(
            "Page.frameStoppedLoading",
            e =>
            {
                if (e.GetProperty("frameId").ValueEquals(mainFrame))
                    Change(() => _parsed = true);
            }
        );
    }

    /// <summary>The document that is there now.</summary>
    public string? Current
    {
        get
        {
            lock (_lock)
                return _loader;
        }
    }

    /// <summary>Completes when a document has arrived, and it, or one that it led on to, is parsed.</summary>
    public Task WhenParsedAsync(string loader) => WhenAsync(() => _arrived.Contains(loader) && _parsed);

    /// <summary>Completes when another document than this is there, and parsed.</summary>
    public Task WhenSupersededAsync(string? loader) =>
        WhenAsync(() => !string.Equals(_loader, loader, StringComparison.Ordinal) && _parsed);

    private async Task WhenAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (condition())
                    return;
                changed = _changed.Task;
            }
            await changed.ConfigureAwait(false);
        }
    }

    private void OnNavigated(JsonElement e)
    {
        var frame = e.GetProperty("frame");
        if (frame.TryGetProperty("parentId", out _))
            return;
        var loader = frame.GetProperty("loaderId").GetString()!;
        Change(() =>
        {
            _loader = loader;
            _arrived.Add(loader);
            _parsed = false;
        });
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            (changed, _changed) = (_changed, NewSignal());
        }
        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
