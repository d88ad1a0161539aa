using System.Diagnostics;
using System.Text.Json;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// Speaks to Chromium directly, over a pipe: no driver stands between, which would be a Node process of 130 MB. Linux
/// only: it takes a shell and setsid(1) to hand a child its files 3 and 4.
/// </summary>
internal sealed class PipeEngine(EngineSetup setup) : IBrowserEngine
{
    // exec keeps the pid: shell, setsid and Chromium are one process, and in a session of its own Ctrl-C does not
    // reach it. $0 takes what it has to say, the pipes move to the files that --remote-debugging-pipe expects.
    private const string Start = "exec setsid \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>\"$0\"";

    private readonly string _errors = Path.Combine(setup.Folder.Temp, "stderr");
    private readonly Lock _lock = new();
    private Process? _process;
    private PipeConnection? _connection;
    private Task<string>? _sharedContext;

    /// <inheritdoc/>
    public ProcessIdentity? Child { get; private set; }

    /// <inheritdoc/>
    public bool HasDriver => false;

    /// <inheritdoc/>
    public bool IsConnected => _connection is { IsOpen: true };

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList = { "-c", Start, _errors, setup.Launch.ExecutablePath },
        };
        foreach (var argument in ChromiumArguments.ForPipe(setup))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in ChromiumArguments.Environment(setup))
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        Child = ProcessTable.Find(_process.Id)?.Id;
        _connection = new PipeConnection(_process.StandardInput.BaseStream, _process.StandardOutput.BaseStream);
        try
        {
            await _connection.Browser.SendAsync("Browser.getVersion").ConfigureAwait(false);
        }
        catch (BrowserLostException e)
        {
            throw new BrowserLostException(LastWords(), e);
        }
    }

    /// <inheritdoc/>
    public async Task<IPageSession> OpenPageAsync(bool shared)
    {
        var connection = _connection ?? throw new InvalidOperationException("the browser was never started");
        var context = await (shared ? SharedContextAsync(connection) : NewContextAsync(connection)).ConfigureAwait(
            false
        );
        var target = (
            await connection
                .Browser.SendAsync("Target.createTarget", new { url = "about:blank", browserContextId = context })
                .ConfigureAwait(false)
        )
            .GetProperty("targetId")
            .GetString()!;
        var attached = await connection
            .Browser.SendAsync("Target.attachToTarget", new { targetId = target, flatten = true })
            .ConfigureAwait(false);
        var session = connection.Attach(attached.GetProperty("sessionId").GetString()!);
        session.On("Inspector.targetCrashed", _ => session.End(new RendererCrashedException()));
        await Task.WhenAll(session.SendAsync("Inspector.enable"), ClosePopupsAsync(connection, session))
            .ConfigureAwait(false);
        return new PipePage(connection.Browser, session, target, shared ? null : context);
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (_connection is null || _process is null)
            return;
        // It may be gone before it has answered; and it answers before it is gone.
        _connection.Browser.SendAsync("Browser.close").Observe();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        if (_connection is not null)
            await _connection.Ended.ConfigureAwait(false);
        // A Process does not close streams that somebody else has taken.
        await _process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        _process.StandardOutput.Dispose();
        _process.Dispose();
    }

    // What a page opens is attached to as it appears, and closed.
    private static Task<JsonElement> ClosePopupsAsync(PipeConnection connection, PipeSession page)
    {
        page.On(
            "Target.attachedToTarget",
            e => connection.Attach(e.GetProperty("sessionId").GetString()!).SendAsync("Page.close").Observe()
        );
        object[] pagesOnly = [new { type = "page" }, new { exclude = true }];
        return page.SendAsync(
            "Target.setAutoAttach",
            new
            {
                autoAttach = true,
                waitForDebuggerOnStart = false,
                flatten = true,
                filter = pagesOnly,
            }
        );
    }

    private Task<string> SharedContextAsync(PipeConnection connection)
    {
        lock (_lock)
            return _sharedContext ??= NewContextAsync(connection);
    }

    private static async Task<string> NewContextAsync(PipeConnection connection)
    {
        var created = await connection.Browser.SendAsync("Target.createBrowserContext").ConfigureAwait(false);
        var context = created.GetProperty("browserContextId").GetString()!;
        await Task.WhenAll(
                connection.Browser.SendAsync(
                    "Browser.setDownloadBehavior",
                    new { behavior = "deny", browserContextId = context }
                ),
                // What is not granted here is denied, to every origin and without a question.
                connection.Browser.SendAsync(
                    "Browser.grantPermissions",
                    new { permissions = Array.Empty<string>(), browserContextId = context }
                )
            )
            .ConfigureAwait(false);
        return context;
    }

    private string LastWords()
    {
        const int longest = 120;
        var lines = File.Exists(_errors)
            ? File.ReadLines(_errors).Where(line => line.Length > 0).Take(100).ToList()
            : [];
        var words =
            lines.FirstOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal))
            ?? lines.FirstOrDefault()
            ?? "it ended without a word";
        return words.Length <= longest ? words : words[..longest] + "…";
    }

    private sealed class PipePage(PipeSession browser, PipeSession page, string target, string? ownContext)
        : IPageSession
    {
        public Task<Exception> Gone => page.Gone;

        public void On(string method, Action<JsonElement> handler) => page.On(method, handler);

        public Task<JsonElement> SendAsync(string method, object? parameters = null) =>
            page.SendAsync(method, parameters);

        public Task CloseAsync() =>
            ownContext is null
                ? browser.SendAsync("Target.closeTarget", new { targetId = target })
                : browser.SendAsync("Target.disposeBrowserContext", new { browserContextId = ownContext });
    }
}
