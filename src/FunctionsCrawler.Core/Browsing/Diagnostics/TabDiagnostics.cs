using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Records what happens in a tab during its visits, if a visit asks for it. Until then no domain of the protocol is enabled and no
/// event handled for it.
/// </summary>
/// <remarks>Events of a hostile page must not harm the connection, so their texts are read with <see cref="EventText"/>.</remarks>
internal sealed class TabDiagnostics(IPageSession session, string mainFrame)
{
    private static readonly string[] ConsoleEvents =
    [
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
        "Log.entryAdded",
    ];

    private static readonly string[] NetworkEvents =
    [
        "Network.requestWillBeSent",
        "Network.responseReceived",
        "Network.dataReceived",
        "Network.loadingFinished",
        "Network.loadingFailed",
    ];

    // Pages must not be able to write what looks like a report of the limiter.
    private string? _token;
    private VisitLog? _log;
    private bool _listens;
    private bool _limitsConsole;

    /// <summary>Starts to record a visit. Completes when nothing of it can be missed any more.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="time">The clock.</param>
    public async Task BeginAsync(DiagnosticOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _token ??= Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var log = new VisitLog(options, _token, mainFrame, time);
        if (options.Diagnostics)
            await WatchConsoleAsync(_token).ConfigureAwait(false);
        Listen();
        // Only now: a domain that is enabled first reports what it still knows of the document before.
        Volatile.Write(ref _log, log);
    }

    /// <summary>Takes the time at which something happened, if times are taken.</summary>
    public void Take(VisitMoment moment) => Volatile.Read(ref _log)?.Take(moment);

    /// <summary>Takes note of an event of a worker of the page.</summary>
    public void OnWorker(string method, JsonElement e) => Volatile.Read(ref _log)?.OnNetwork(method, e);

    /// <summary>Ends the recording, and adds what was recorded to the visit.</summary>
    public TabVisit End(TabVisit visit, Uri url) => Interlocked.Exchange(ref _log, null)?.AddTo(visit, url) ?? visit;

    private Task WatchConsoleAsync(string token)
    {
        List<Task> calls = [session.SendAsync("Runtime.enable"), session.SendAsync("Log.enable")];
        if (!_limitsConsole)
            calls.Add(
                session.SendAsync(
                    "Page.addScriptToEvaluateOnNewDocument",
                    new JsonObject { ["source"] = ConsoleLimiter.Install(token) }
                )
            );
        _limitsConsole = true;
        return Task.WhenAll(calls);
    }

    private void Listen()
    {
        if (_listens)
            return;
        _listens = true;
        foreach (var method in NetworkEvents)
            session.On(method, e => Volatile.Read(ref _log)?.OnNetwork(method, e));
        foreach (var method in ConsoleEvents)
            session.On(method, e => OnConsole(method, e));
        session.On("Page.domContentEventFired", _ => Take(VisitMoment.Parsed));
        session.On("Page.loadEventFired", _ => Take(VisitMoment.Loaded));
        session.On(
            "Page.frameNavigated",
            e =>
            {
                if (!e.GetProperty("frame").TryGetProperty("parentId", out var _))
                    Volatile.Read(ref _log)?.OnDocument();
            }
        );
    }

    private void OnConsole(string method, JsonElement e)
    {
        if (Volatile.Read(ref _log)?.OnConsole(method, e) is not true)
            return;
        // Exceptions, and documents in many frames, are not limited where they are.
        session.SendAsync("Runtime.disable").Observe();
        session.SendAsync("Log.disable").Observe();
    }
}
