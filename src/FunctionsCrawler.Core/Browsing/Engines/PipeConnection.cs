using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Threading.Channels;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>
/// The DevTools protocol over the pipe that <c>--remote-debugging-pipe</c> opens: JSON messages, each ended by a zero
/// byte. A browser that has stopped blocks the pipe, never a caller.
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

    /// <summary>Takes over both ends; they are the caller's to dispose of once <see cref="Ended"/> has completed.</summary>
    public PipeConnection(Stream toBrowser, Stream fromBrowser)
    {
        (_toBrowser, _fromBrowser) = (toBrowser, fromBrowser);
        Browser = new PipeSession(this, null);
        // Reading blocks while the browser is silent, which may be for as long as it lives: it has a thread of its own.
        var reading = Task.Factory.StartNew(
            Read,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
        Ended = Task.WhenAll(reading, Task.Run(WriteAsync));
    }

    /// <summary>Completes when the browser's end of the pipe is closed and nothing uses ours any more.</summary>
    public Task Ended { get; }

    /// <summary>Whether the browser still holds its end.</summary>
    public bool IsOpen => !_closed;

    /// <summary>The session of the browser itself.</summary>
    public PipeSession Browser { get; }

    /// <summary>Begins to listen to a session that the browser has opened.</summary>
    public PipeSession Attach(string sessionId)
    {
        var session = new PipeSession(this, sessionId);
        _sessions[sessionId] = session;
        if (_closed)
            session.End(Lost());
        return session;
    }

    /// <summary>Sends a call; the answer comes to the session by this id.</summary>
    internal void Post(int id, string? sessionId, string method, object? parameters)
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
                JsonSerializer.Serialize(json, parameters, parameters.GetType());
            }
            json.WriteEndObject();
        }
        buffer.WriteByte(0);
        _outgoing.Writer.TryWrite(buffer.ToArray());
    }

    internal int NextId() => Interlocked.Increment(ref _lastId);

    private static BrowserLostException Lost() => new("the browser is gone");

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync().ConfigureAwait(false))
                await _toBrowser.WriteAsync(message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The browser has closed its end, or ours was; the reading side tells everybody.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "However reading ends, the sessions must hear of it.")]
    private void Read()
    {
        try
        {
            foreach (var message in new PipeMessages(_fromBrowser).ReadAll())
                Dispatch(message);
        }
        catch (Exception)
        {
            // A broken pipe or a message that is none: what speaks there is no browser any more.
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
        if (isDetached && _sessions.TryRemove(parameters.GetProperty("sessionId").GetString()!, out var gone))
            gone.End(new BrowserLostException("the page was closed"));
        session.Raise(method, parameters);
    }
}
