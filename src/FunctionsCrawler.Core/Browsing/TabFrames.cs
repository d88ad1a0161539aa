using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Tracks frames of other origins during one visit. They have storage of their own, which the main document cannot see.
/// </summary>
internal sealed class TabFrames
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _foreign = new(StringComparer.Ordinal);
    private readonly HashSet<string> _origins = new(StringComparer.Ordinal);
    private string? _mainOrigin;

    public TabFrames(IPageSession page)
    {
        page.On("Page.frameNavigated", e => OnNavigated(e.GetProperty("frame")));
        page.On("Page.frameDetached", OnDetached);
    }

    /// <summary>Whether there is, or was, a frame of another origin.</summary>
    public bool HadForeign
    {
        get
        {
            lock (_lock)
                return _origins.Count > 0;
        }
    }

    /// <summary>One frame of each other origin; null if all frames of one of the origins have gone.</summary>
    public IReadOnlyList<string>? FindForeign()
    {
        lock (_lock)
        {
            var frames = _foreign.DistinctBy(f => f.Value, StringComparer.Ordinal).Select(f => f.Key).ToList();
            return frames.Count == _origins.Count ? frames : null;
        }
    }

    /// <summary>Discards everything recorded for the previous visit.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _foreign.Clear();
            _origins.Clear();
            _mainOrigin = null;
        }
    }

    private void OnNavigated(JsonElement frame)
    {
        var id = frame.GetProperty("id").GetString()!;
        var origin = frame.GetProperty("securityOrigin").GetString()!;
        lock (_lock)
        {
            if (!frame.TryGetProperty("parentId", out var parent))
            {
                _mainOrigin = origin;
                return;
            }
            _foreign.Remove(id);
            // Only these have storage; frames without a URL of their own have the origin of their parent. In a frame of another
            // origin even a frame of the page's own has different storage.
            var isForeign =
                origin.StartsWith("http", StringComparison.Ordinal)
                && (
                    !string.Equals(origin, _mainOrigin, StringComparison.Ordinal)
                    || _foreign.ContainsKey(parent.GetString()!)
                );
            if (!isForeign)
                return;
            _foreign[id] = origin;
            _origins.Add(origin);
        }
    }

    private void OnDetached(JsonElement e)
    {
        lock (_lock)
            _foreign.Remove(e.GetProperty("frameId").GetString()!);
    }
}
