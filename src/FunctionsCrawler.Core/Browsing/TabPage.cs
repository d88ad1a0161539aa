using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>The protocol calls of a tab: navigate, evaluate scripts, query and clear cookies and storage.</summary>
internal sealed class TabPage
{
    // More frames than this are not asked whether they have stored something.
    private const int MaxForeignFrames = 20;

    private readonly IPageSession _session;
    private readonly string _frame;

    private TabPage(IPageSession session, string frame, PageLimits limits)
    {
        (_session, _frame) = (session, frame);
        Documents = new TabDocuments(session, frame);
        Frames = new TabFrames(session);
        Traffic = new TabTraffic(session, frame, limits);
        Input = new PageInput(session);
        Identity = new TabIdentity(session);
        Storage = new TabStorage(this);
        Diagnostics = new TabDiagnostics(session, frame);
    }

    /// <summary>The documents of the main frame.</summary>
    public TabDocuments Documents { get; }

    /// <summary>The frames of other origins.</summary>
    public TabFrames Frames { get; }

    /// <summary>The page's network traffic.</summary>
    public TabTraffic Traffic { get; }

    /// <summary>The page's mouse and keyboard.</summary>
    public PageInput Input { get; }

    /// <summary>As whom and with what the tab visits pages.</summary>
    public TabIdentity Identity { get; }

    /// <summary>What the tab's context holds of a login.</summary>
    public TabStorage Storage { get; }

    /// <summary>What is recorded of visits.</summary>
    public TabDiagnostics Diagnostics { get; }

    /// <summary>Enables the needed protocol domains in a newly opened page and installs the scripts of every document.</summary>
    public static async Task<TabPage> PrepareAsync(IPageSession session, PageLimits limits)
    {
        var tree = await session.SendAsync("Page.getFrameTree").ConfigureAwait(false);
        var frame = tree.GetProperty("frameTree").GetProperty("frame").GetProperty("id").GetString()!;
        var page = new TabPage(session, frame, limits);
        await Task.WhenAll(
                session.SendAsync("Page.enable"),
                session.SendAsync("Performance.enable"),
                // By default Chromium buffers up to 100 MB of response bodies, which are not needed: the document is read.
                session.SendAsync(
                    "Network.enable",
                    new JsonObject { ["maxTotalBufferSize"] = 0, ["maxResourceBufferSize"] = 0 }
                ),
                new ChildTargets(session, page.OnWorker).AttachAsync(),
                session.SendAsync("Network.setBypassServiceWorker", new JsonObject { ["bypass"] = true }),
                session.SendAsync(
                    "Page.setInterceptFileChooserDialog",
                    new JsonObject { ["enabled"] = true, ["cancel"] = true }
                ),
                session.SendAsync("Emulation.setFocusEmulationEnabled", new JsonObject { ["enabled"] = true }),
                session.SendAsync(
                    "Page.addScriptToEvaluateOnNewDocument",
                    new JsonObject
                    {
                        ["source"] = TabScripts.DisableDisruptiveApis + TimerWatch.Install + ChannelWatch.Install,
                    }
                ),
                session.SendAsync(
                    "Page.addScriptToEvaluateOnNewDocument",
                    new JsonObject { ["source"] = TabScripts.DetectLeftovers, ["worldName"] = TabScripts.World }
                )
            )
            .ConfigureAwait(false);
        return page;
    }

    /// <summary>Starts a navigation and waits until the server has responded or the navigation has failed.</summary>
    public async Task<Navigation> NavigateAsync(string url)
    {
        var answer = await _session.SendAsync("Page.navigate", new JsonObject { ["url"] = url }).ConfigureAwait(false);
        return new Navigation(
            answer.TryGetProperty("loaderId", out var loader) ? loader.GetString() : null,
            answer.TryGetProperty("errorText", out var error) ? error.GetString() : null,
            answer.TryGetProperty("isDownload", out var download) && download.GetBoolean()
        );
    }

    /// <summary>Evaluates an expression in an isolated world of the current document; awaits the result if it is a promise.</summary>
    /// <exception cref="ProtocolException">The document was replaced, or the script threw.</exception>
    public Task<JsonElement> EvaluateAsync(string expression) => EvaluateAsync(_frame, expression);

    /// <summary>The frame of the page, with the frames in it.</summary>
    public async Task<JsonElement> GetFrameTreeAsync() =>
        (await _session.SendAsync("Page.getFrameTree").ConfigureAwait(false)).GetProperty("frameTree");

    /// <summary>Evaluates an expression, as <see cref="EvaluateAsync(string)"/> does, in the document of a frame.</summary>
    public async Task<JsonElement> EvaluateAsync(string frame, string expression)
    {
        var world = await _session
            .SendAsync(
                "Page.createIsolatedWorld",
                new JsonObject { ["frameId"] = frame, ["worldName"] = TabScripts.World }
            )
            .ConfigureAwait(false);
        var answer = await _session
            .SendAsync(
                "Runtime.evaluate",
                new JsonObject
                {
                    ["expression"] = expression,
                    ["contextId"] = world.GetProperty("executionContextId").GetInt32(),
                    ["awaitPromise"] = true,
                    ["returnByValue"] = true,
                }
            )
            .ConfigureAwait(false);
        if (answer.TryGetProperty("exceptionDetails", out var details))
            throw new ProtocolException($"the crawler's script failed: {details.GetRawText()}");
        return answer.GetProperty("result").GetProperty("value");
    }

    /// <summary>Runs a script of the request in the page's own world; awaits the result if it is a promise.</summary>
    /// <returns>The value, if it is a primitive one; and the first line of what the script threw, or null.</returns>
    /// <exception cref="ProtocolException">The document was replaced.</exception>
    public async Task<(JsonElement Value, string? Error)> RunScriptAsync(string script)
    {
        var answer = await _session
            .SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true })
            .ConfigureAwait(false);
        if (answer.TryGetProperty("exceptionDetails", out var details))
        {
            var description =
                details.TryGetProperty("exception", out var thrown)
                && thrown.TryGetProperty("description", out var described)
                    ? described.GetString()
                    : details.GetProperty("text").GetString();
            return (default, description!.Split('\n', 2)[0]);
        }
        return (answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default, null);
    }

    /// <summary>
    /// The number of DOM nodes in the page's renderer, over all its documents. Chromium answers even while a script runs.
    /// </summary>
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

    private void OnWorker(string method, JsonElement e)
    {
        Traffic.OnOther(method, e);
        Diagnostics.OnWorker(method, e);
    }

    /// <summary>Calls a protocol method of the page.</summary>
    public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null) =>
        _session.SendAsync(method, parameters);

    /// <summary>The number of DOM nodes in the current document, exact up to a number. Waits while a script runs.</summary>
    public async Task<int> CountNodesAsync(int maxNodes) =>
        (await EvaluateAsync(TabScripts.CountNodes(maxNodes)).ConfigureAwait(false)).GetInt32();

    /// <summary>Crashes the page's renderer, even while a script runs.</summary>
    public Task CrashAsync() => _session.SendAsync("Page.crash");

    /// <summary>Whether the origin of the current document has stored data.</summary>
    public async Task<bool> HasStorageAsync() =>
        (await EvaluateAsync(TabScripts.HasStorage).ConfigureAwait(false)).GetBoolean();

    /// <summary>Whether frames of other origins have, or may have, stored data. Costs nothing if there were none.</summary>
    public async Task<bool> HasFrameStorageAsync()
    {
        if (!Frames.HadForeign)
            return false;
        if (Frames.FindForeign() is not { Count: <= MaxForeignFrames } frames)
            return true;
        try
        {
            var found = await Task.WhenAll(frames.Select(frame => EvaluateAsync(frame, TabScripts.HasFrameStorage)))
                .ConfigureAwait(false);
            return found.Any(stored => stored.GetBoolean());
        }
        catch (ProtocolException e) when (e.IsSuperseded)
        {
            // The frame went while it was asked.
            return true;
        }
    }

    /// <summary>Whether the context has cookies, including HttpOnly and partitioned ones.</summary>
    public async Task<bool> HasCookiesAsync() =>
        (await _session.SendAsync("Network.getAllCookies").ConfigureAwait(false))
            .GetProperty("cookies")
            .GetArrayLength() > 0;

    /// <summary>
    /// Navigates to about:blank, which ends the document and its workers. Its scripts do not run any more, not even handlers of
    /// this event, and what they have started sends nothing more.
    /// </summary>
    public async Task LeaveAsync()
    {
        await SilenceAsync(true).ConfigureAwait(false);
        if (await NavigateAsync("about:blank").ConfigureAwait(false) is { Loader: { } loader })
            await Documents.WhenParsedAsync(loader).ConfigureAwait(false);
    }

    /// <summary>Prepares the next visit after <see cref="LeaveAsync"/>: it runs scripts, and finds no history.</summary>
    public Task ResumeAsync() => Task.WhenAll(SilenceAsync(false), _session.SendAsync("Page.resetNavigationHistory"));

    private Task<JsonElement[]> SilenceAsync(bool isSilent) =>
        Task.WhenAll(
            // The browser itself answers this one, even if the renderer is stuck.
            _session.SendAsync(
                "Network.emulateNetworkConditions",
                new JsonObject
                {
                    ["offline"] = isSilent,
                    ["latency"] = 0,
                    ["downloadThroughput"] = -1,
                    ["uploadThroughput"] = -1,
                }
            ),
            _session.SendAsync("Emulation.setScriptExecutionDisabled", new JsonObject { ["value"] = isSilent })
        );

    /// <summary>Clears all cookies of the context, and all data stored for the origins of the given URLs.</summary>
    public Task ClearAsync(IEnumerable<string> urls)
    {
        var origins = urls.Select(url => new Uri(url).GetLeftPart(UriPartial.Authority));
        return Task.WhenAll([
            _session.SendAsync("Network.clearBrowserCookies"),
            .. origins
                .Distinct(StringComparer.Ordinal)
                .Select(origin =>
                    _session.SendAsync(
                        "Storage.clearDataForOrigin",
                        new JsonObject { ["origin"] = origin, ["storageTypes"] = "all" }
                    )
                ),
        ]);
    }
}
