using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Output;

/// <summary>What happened during a visit, in lines for people.</summary>
internal static class DiagnosticsText
{
    /// <summary>The lines: messages of the console, failed requests, times.</summary>
    public static IEnumerable<string> Of(PageDiagnostics diagnostics)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        foreach (var message in diagnostics.Console)
        {
            var line = message.Line is { } number ? $":{number}" : "";
            var place = message.Url is { } url ? $" ({url}{line})" : "";
            yield return $"console {CrawlRequestValidator.NameOf(message.Level)}: {message.Text}{place}";
        }
        if (diagnostics.ConsoleOmitted is { } messages)
            yield return $"console: {messages} further messages were left out";
        foreach (var request in diagnostics.FailedRequests)
            yield return $"failed request: {request.Method} {request.Type} {request.Url}: {request.Error ?? $"status {request.Status}"}";
        if (diagnostics.FailedRequestsOmitted is { } requests)
            yield return $"failed requests: {requests} further ones were left out";
        yield return "times: " + string.Join(", ", TimesOf(diagnostics.Timing));
    }

    private static IEnumerable<string> TimesOf(VisitTiming timing) =>
        new (string Name, long? Ms)[]
        {
            ("response", timing.ResponseStartMs),
            ("parsed", timing.DomContentLoadedMs),
            ("loaded", timing.LoadMs),
            ("prepared", timing.PreparedMs),
            ("read", timing.ReadMs),
            ("ended", timing.TotalMs),
        }
            .Where(time => time.Ms is not null)
            .Select(time => $"{time.Name} after {time.Ms} ms");
}
