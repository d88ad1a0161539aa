using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>One protocol session, of a page or of the browser itself: matches answers to calls and dispatches events.</summary>
internal sealed class PipeSession(PipeConnection connection, string? id)
{
    private readonly ConcurrentDictionary<string, Action<JsonElement>> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (string Method, TaskCompletionSource<JsonElement> Answer)> _pending = [];
    private readonly TaskCompletionSource<Exception> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc cref="IPageSession.Closed"/>
    public Task<Exception> Closed => _closed.Task;

    /// <inheritdoc cref="IPageSession.On"/>
    public void On(string method, Action<JsonElement> handler) =>
        _handlers.AddOrUpdate(method, handler, (_, before) => before + handler);

    /// <inheritdoc cref="IPageSession.SendAsync"/>
    public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = connection.NextId();
        lock (_pending)
        {
            if (Closed.IsCompletedSuccessfully)
                return Task.FromException<JsonElement>(Closed.Result);
            _pending.Add(call, (method, answer));
        }
        connection.Post(call, id, method, parameters);
        return answer.Task;
    }

    /// <summary>Completes the call with this id; ignored if no call waits for it.</summary>
    internal void Answer(int call, JsonElement message)
    {
        (string Method, TaskCompletionSource<JsonElement> Answer) waiting;
        lock (_pending)
        {
            if (!_pending.Remove(call, out waiting))
                return;
        }
        if (message.TryGetProperty("error", out var error))
            waiting.Answer.TrySetException(
                ProtocolException.From(waiting.Method, error.GetProperty("message").GetString()!)
            );
        else
            waiting.Answer.TrySetResult(message.GetProperty("result").Clone());
    }

    /// <summary>Calls the handlers of an event.</summary>
    internal void Raise(string method, JsonElement parameters)
    {
        if (_handlers.TryGetValue(method, out var handler))
            handler(parameters);
    }

    /// <summary>Closes the session: pending and future calls fail with <paramref name="reason"/>.</summary>
    internal void End(Exception reason)
    {
        List<TaskCompletionSource<JsonElement>> waiting;
        lock (_pending)
        {
            _closed.TrySetResult(reason);
            waiting = [.. _pending.Values.Select(p => p.Answer)];
            _pending.Clear();
        }
        foreach (var answer in waiting)
            answer.TrySetException(reason);
    }
}
