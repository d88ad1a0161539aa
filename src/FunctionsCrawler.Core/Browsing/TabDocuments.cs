using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Tracks which document a tab's main frame shows and whether it has been parsed. Documents are identified by loader id.
/// </summary>
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
        // After window.stop() the event above is never raised; the partial document counts as parsed.
        page.On(
            "Page.frameStoppedLoading",
            e =>
            {
                if (e.GetProperty("frameId").ValueEquals(mainFrame))
                    Change(() => _parsed = true);
            }
        );
    }

    /// <summary>The loader id of the current document; null before the first navigation.</summary>
    public string? Current
    {
        get
        {
            lock (_lock)
                return _loader;
        }
    }

    /// <summary>Completes when the given document has been committed and it, or a document that replaced it, is parsed.</summary>
    public Task WhenParsedAsync(string loader) => WhenAsync(() => _arrived.Contains(loader) && _parsed);

    /// <summary>Completes when the current document is parsed.</summary>
    public Task WhenParsedAsync() => WhenAsync(() => _parsed);

    /// <summary>Completes when the current document is a different one and is parsed.</summary>
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
