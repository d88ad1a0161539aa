using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// Controls Chromium directly over a pipe, which saves the driver, a Node process of 130 MB. Linux only, because it uses a
/// shell and setsid(1) to pass the pipe as file descriptors 3 and 4.
/// </summary>
internal sealed class PipeEngine(EngineSetup setup) : IBrowserEngine
{
    // exec keeps the pid, so shell, setsid and Chromium are one process. It has its own session, so Ctrl-C does not reach
    // it. Standard error goes to the file $0; the pipes become descriptors 3 and 4, as --remote-debugging-pipe expects.
    private const string StartCommand = "exec setsid \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>\"$0\"";

    private readonly string _stderrPath = Path.Combine(setup.Folder.Temp, "stderr");
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
            ArgumentList = { "-c", StartCommand, _stderrPath, setup.Launch.ExecutablePath },
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
            throw new BrowserLostException(ReadStartError(), e);
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
                .Browser.SendAsync(
                    "Target.createTarget",
                    new JsonObject { ["url"] = "about:blank", ["browserContextId"] = context }
                )
                .ConfigureAwait(false)
        )
            .GetProperty("targetId")
            .GetString()!;
        var attached = await connection
            .Browser.SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true })
            .ConfigureAwait(false);
        var session = connection.Attach(attached.GetProperty("sessionId").GetString()!);
        session.On("Inspector.targetCrashed", _ => session.End(new RendererCrashedException()));
        await session.SendAsync("Inspector.enable").ConfigureAwait(false);
        return new PipePage(connection.Browser, session, target, shared ? null : context);
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (_connection is null || _process is null)
            return;
        // The browser may exit without answering, and an answer comes before it has exited; so wait for the process.
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
        // Process.Dispose does not close a stream that was accessed.
        await _process.StandardInput.BaseStream.DisposeAsync().ConfigureAwait(false);
        _process.StandardOutput.Dispose();
        _process.Dispose();
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
                    new JsonObject { ["behavior"] = "deny", ["browserContextId"] = context }
                ),
                // An empty list denies every permission to all origins, without a prompt.
                connection.Browser.SendAsync(
                    "Browser.grantPermissions",
                    new JsonObject { ["permissions"] = new JsonArray(), ["browserContextId"] = context }
                )
            )
            .ConfigureAwait(false);
        return context;
    }

    private string ReadStartError()
    {
        const int maxLength = 120;
        var lines = File.Exists(_stderrPath)
            ? File.ReadLines(_stderrPath).Where(line => line.Length > 0).Take(100).ToList()
            : [];
        var error =
            lines.FirstOrDefault(line => line.Contains("FATAL", StringComparison.Ordinal))
            ?? lines.FirstOrDefault()
            ?? "it exited without an error message";
        return error.Length <= maxLength ? error : error[..maxLength] + "…";
    }

    private sealed class PipePage(PipeSession browser, PipeSession page, string target, string? ownContext)
        : IPageSession
    {
        public Task<Exception> Closed => page.Closed;

        public void On(string method, Action<JsonElement> handler) => page.On(method, handler);

        public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null) =>
            page.SendAsync(method, parameters);

        public Task CloseAsync() =>
            ownContext is null
                ? browser.SendAsync("Target.closeTarget", new JsonObject { ["targetId"] = target })
                : browser.SendAsync(
                    "Target.disposeBrowserContext",
                    new JsonObject { ["browserContextId"] = ownContext }
                );
    }
}
