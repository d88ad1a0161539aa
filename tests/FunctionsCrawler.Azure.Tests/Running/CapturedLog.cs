using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.AzureStorage.Tests.Running;

/// <summary>A logger that keeps its lines for a test to read.</summary>
internal sealed class CapturedLog : ILogger
{
    private readonly ConcurrentQueue<(int Event, string Line)> _lines = new();

    /// <summary>The lines logged with an event id, including exceptions.</summary>
    public string[] Lines(int eventId) => [.. _lines.Where(l => l.Event == eventId).Select(l => l.Line)];

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _lines.Enqueue((eventId.Id, $"{formatter(state, exception)} {exception}"));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
