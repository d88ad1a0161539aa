using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>The few things a tab does with its page: go somewhere, run a script, ask and clear what is stored.</summary>
internal sealed class TabPage
{
    private readonly IPageSession _session;
    private readonly string _frame;

    private TabPage(IPageSession session, string frame, PageLimits limits)
    {
        (_session, _frame) = (session, frame);
        Documents = new TabDocuments(session, frame);
        Traffic = new TabTraffic(session, frame, limits);
    }

    /// <summary>Which document is there.</summary>
    public TabDocuments Documents { get; }

    /// <summary>What is on its way.</summary>
    public TabTraffic Traffic { get; }

    /// <summary>Prepares a page that was just opened.</summary>
    public static async Task<TabPage> PrepareAsync(IPageSession session, PageLimits limits)
    {
        var tree = await session.SendAsync("Page.getFrameTree").ConfigureAwait(false);
        var frame = tree.GetProperty("frameTree").GetProperty("frame").GetProperty("id").GetString()!;
        var page = new TabPage(session, frame, limits);
        await Task.WhenAll(
                session.SendAsync("Page.enable"),
                session.SendAsync("Performance.enable"),
                // Bodies are read from the document; Chromium would keep up to 100 MB of them for us.
                session.SendAsync("Network.enable", new { maxTotalBufferSize = 0, maxResourceBufferSize = 0 }),
                session.SendAsync("Network.setBypassServiceWorker", new { bypass = true }),
                session.SendAsync("Page.setInterceptFileChooserDialog", new { enabled = true, cancel = true }),
                session.SendAsync("Emulation.setFocusEmulationEnabled", new { enabled = true }),
                session.SendAsync("Page.addScriptToEvaluateOnNewDocument", new { source = TabScripts.Tame }),
                session.SendAsync(
                    "Page.addScriptToEvaluateOnNewDocument",
                    new { source = TabScripts.DetectLeftovers, worldName = TabScripts.World }
                )
            )
            .ConfigureAwait(false);
        return page;
    }

    /// <summary>Begins a navigation and waits until it has been answered, or has failed.</summary>
    public async Task<Navigation> NavigateAsync(string url)
    {
        var answer = await _session.SendAsync("Page.navigate", new { url }).ConfigureAwait(false);
        return new Navigation(
            answer.TryGetProperty("loaderId", out var loader) ? loader.GetString() : null,
            answer.TryGetProperty("errorText", out var error) ? error.GetString() : null,
            answer.TryGetProperty("isDownload", out var download) && download.GetBoolean()
        );
    }

    /// <summary>Runs an expression in our world of the current document and waits for what it, or its promise, gives.</summary>
    /// <exception cref="ProtocolException">The document or the page is gone.</exception>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var world = await _session
            .SendAsync("Page.createIsolatedWorld", new { frameId = _frame, worldName = TabScripts.World })
            .ConfigureAwait(false);
        var answer = await _session
            .SendAsync(
                "Runtime.evaluate",
                new
                {
                    expression,
                    contextId = world.GetProperty("executionContextId").GetInt32(),
                    awaitPromise = true,
                    returnByValue = true,
                }
            )
            .ConfigureAwait(false);
        if (answer.TryGetProperty("exceptionDetails", out var details))
            throw new ProtocolException($"our script failed: {details.GetRawText()}");
        return answer.GetProperty("result").GetProperty("value");
    }

    /// <summary>How many DOM nodes the page's renderer holds, in all its documents; answered in the middle of a script too.</summary>
    public async Task<long> CountLiveNodesAsync()
    {
        var answer = await _session.SendAsync("Performance.getMetrics").ConfigureAwait(false);
        return (long)
            answer
                .GetProperty("metrics")
                .EnumerateArray()
                .Where(m => m.GetProperty("name").ValueEquals("Nodes"))
                .Sum(m => m.GetProperty("value").GetDouble());
    }

    /// <summary>How many DOM nodes the document has.</summary>
    public async Task<int> CountNodesAsync() =>
        (await EvaluateAsync(TabScripts.CountNodes).ConfigureAwait(false)).GetInt32();

    /// <summary>Ends the page's renderer, whatever it is doing.</summary>
    public Task CrashAsync() => _session.SendAsync("Page.crash");

    /// <summary>Whether the document the page is at has stored anything for its origin.</summary>
    public async Task<bool> HasStorageAsync() =>
        (await EvaluateAsync(TabScripts.HasStorage).ConfigureAwait(false)).GetBoolean();

    /// <summary>Whether the context holds cookies, those no script sees included.</summary>
    public async Task<bool> HasCookiesAsync() =>
        (await _session.SendAsync("Network.getAllCookies").ConfigureAwait(false))
            .GetProperty("cookies")
            .GetArrayLength() > 0;

    /// <summary>Leaves the document, which ends its scripts and whatever they would still have written or opened.</summary>
    public async Task LeaveAsync()
    {
        if (await NavigateAsync("about:blank").ConfigureAwait(false) is { Loader: { } loader })
            await Documents.WhenParsedAsync(loader).ConfigureAwait(false);
    }

    /// <summary>Clears cookies, and what is stored for the origins of these URLs.</summary>
    public Task ClearAsync(IEnumerable<string> urls)
    {
        var origins = urls.Select(url => new Uri(url).GetLeftPart(UriPartial.Authority));
        return Task.WhenAll([
            _session.SendAsync("Network.clearBrowserCookies"),
            .. origins
                .Distinct(StringComparer.Ordinal)
                .Select(origin =>
                    _session.SendAsync("Storage.clearDataForOrigin", new { origin, storageTypes = "all" })
                ),
        ]);
    }
}

/// <summary>How a navigation began.</summary>
/// <param name="Loader">The document it leads to; null if it only moves within the one that is there.</param>
/// <param name="Error">Chromium's net error ("net::ERR_…"), or null.</param>
/// <param name="IsDownload">Whether it became a download.</param>
internal sealed record Navigation(string? Loader, string? Error, bool IsDownload);
