using System.Collections.Concurrent;
using System.Text.Json;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>One end of the protocol, a page's or the browser's own: calls that wait for answers, and events.</summary>
internal sealed class PipeSession(PipeConnection connection, string? id)
{
    private readonly ConcurrentDictionary<string, Action<JsonElement>> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<int, (string Method, TaskCompletionSource<JsonElement> Answer)> _pending = [];
    private readonly TaskCompletionSource<Exception> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc cref="IPageSession.Gone"/>
    public Task<Exception> Gone => _gone.Task;

    /// <inheritdoc cref="IPageSession.On"/>
    public void On(string method, Action<JsonElement> handler) =>
        _handlers.AddOrUpdate(method, handler, (_, before) => before + handler);

    /// <inheritdoc cref="IPageSession.SendAsync"/>
    public Task<JsonElement> SendAsync(string method, object? parameters = null)
    {
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = connection.NextId();
        lock (_pending)
        {
            if (Gone.IsCompletedSuccessfully)
                return Task.FromException<JsonElement>(Gone.Result);
            _pending.Add(call, (method, answer));
        }
        connection.Post(call, id, method, parameters);
        return answer.Task;
    }

    /// <summary>Gives a caller the answer it waits for.</summary>
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
                ProtocolException.Of(waiting.Method, error.GetProperty("message").GetString()!)
            );
        else
            waiting.Answer.TrySetResult(message.GetProperty("result").Clone());
    }

    /// <summary>Passes an event on.</summary>
    internal void Raise(string method, JsonElement parameters)
    {
        if (_handlers.TryGetValue(method, out var handler))
            handler(parameters);
    }

    /// <summary>No answer will come any more: fails every call that waits for one, and those to come.</summary>
    internal void End(Exception reason)
    {
        List<TaskCompletionSource<JsonElement>> waiting;
        lock (_pending)
        {
            _gone.TrySetResult(reason);
            waiting = [.. _pending.Values.Select(p => p.Answer)];
            _pending.Clear();
        }
        foreach (var answer in waiting)
            answer.TrySetException(reason);
    }
}
