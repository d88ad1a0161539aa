using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// The DevTools protocol over the pipes of <c>--remote-debugging-pipe</c>: JSON messages, each terminated by a zero byte.
/// Callers never block, even if the browser has stopped reading.
/// </summary>
internal sealed class PipeConnection
{
    private readonly ConcurrentDictionary<string, PipeSession> _sessions = new(StringComparer.Ordinal);
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Stream _toBrowser;
    private readonly Stream _fromBrowser;
    private int _lastId;
    private volatile bool _closed;
    private Exception? _readError;

    /// <summary>
    /// Starts reading and writing. The caller still owns both streams and disposes them after <see cref="Ended"/> has
    /// completed.
    /// </summary>
    public PipeConnection(Stream toBrowser, Stream fromBrowser)
    {
        (_toBrowser, _fromBrowser) = (toBrowser, fromBrowser);
        Browser = new PipeSession(this, null);
        // Reading blocks for as long as the browser sends nothing, so it runs on a dedicated thread.
        var reading = Task.Factory.StartNew(
            Read,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        Ended = Task.WhenAll(reading, Task.Run(WriteAsync));
    }

    /// <summary>Completes when the browser has closed its end and the reader and writer have stopped using the streams.</summary>
    public Task Ended { get; }

    /// <summary>Whether the browser still has its end of the pipe open.</summary>
    public bool IsOpen => !_closed;

    /// <summary>The session of the browser target, for calls that do not belong to a page.</summary>
    public PipeSession Browser { get; }

    /// <summary>Routes answers and events of a session, which the browser has already opened, to a new object.</summary>
    public PipeSession Attach(string sessionId)
    {
        var session = new PipeSession(this, sessionId);
        _sessions[sessionId] = session;
        if (_closed)
            session.End(Lost());
        return session;
    }

    /// <summary>Queues a call; the answer arrives at the session under this call id.</summary>
    internal void Post(int id, string? sessionId, string method, JsonObject? parameters)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("method", method);
            if (sessionId is not null)
                json.WriteString("sessionId", sessionId);
            if (parameters is not null)
            {
                json.WritePropertyName("params");
                parameters.WriteTo(json);
            }
            json.WriteEndObject();
        }
        buffer.WriteByte(0);
        _outgoing.Writer.TryWrite(buffer.ToArray());
    }

    internal int NextId() => Interlocked.Increment(ref _lastId);

    private BrowserLostException Lost() =>
        _readError is null
            ? new BrowserLostException("the browser has exited")
            : new BrowserLostException($"the browser has exited: {_readError.Message}", _readError);

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync().ConfigureAwait(false))
                await _toBrowser.WriteAsync(message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One end of the pipe was closed; the reader notifies the sessions.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The sessions must be notified however reading ends.")]
    private void Read()
    {
        try
        {
            foreach (var message in new PipeMessages(_fromBrowser).ReadAll())
                Dispatch(message);
        }
        catch (Exception e)
        {
            // A broken pipe or an invalid message: the connection is unusable.
            _readError = e;
        }
        _closed = true;
        _outgoing.Writer.TryComplete();
        Browser.End(Lost());
        foreach (var session in _sessions.Values)
            session.End(Lost());
    }

    private void Dispatch(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        var message = document.RootElement;
        var session = Browser;
        if (message.TryGetProperty("sessionId", out var to) && !_sessions.TryGetValue(to.GetString()!, out session))
            return;
        if (message.TryGetProperty("id", out var id))
            session.Answer(id.GetInt32(), message);
        else if (message.TryGetProperty("method", out var method))
            Raise(session, method.GetString()!, message.GetProperty("params"));
    }

    private void Raise(PipeSession session, string method, JsonElement parameters)
    {
        var isDetached = method is "Target.detachedFromTarget";
        if (isDetached && _sessions.TryRemove(parameters.GetProperty("sessionId").GetString()!, out var closed))
            closed.End(new BrowserLostException("the page was closed"));
        session.Raise(method, parameters);
    }
}
