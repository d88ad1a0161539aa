using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>What is recorded of one visit. Events come from the thread that reads them, questions from the visit.</summary>
/// <param name="options">What is asked for.</param>
/// <param name="token">How reports of <see cref="ConsoleLimiter"/> begin.</param>
/// <param name="mainFrame">The id of the main frame.</param>
/// <param name="time">The clock.</param>
internal sealed class VisitLog(DiagnosticOptions options, string token, string mainFrame, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly ConsoleRecorder _console = new(options.Secrets, token);
    private readonly RequestRecorder _requests = new(options.Secrets, options.Har);
    private readonly VisitTimes _times = new(time);
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>Records an event of the console. Returns whether the browser should send no more of them.</summary>
    public bool OnConsole(string method, JsonElement e)
    {
        lock (_lock)
        {
            if (method is "Runtime.consoleAPICalled")
                _console.OnCall(e);
            else if (method is "Runtime.exceptionThrown")
                _console.OnException(e);
            else
                _console.OnEntry(e);
            return _console.IsFlooded;
        }
    }

    /// <summary>Records an event of the network.</summary>
    public void OnNetwork(string method, JsonElement e)
    {
        lock (_lock)
        {
            if (
                method is "Network.responseReceived"
                && EventText.Read(e, "type") is "Document"
                && string.Equals(EventText.Read(e, "frameId"), mainFrame, StringComparison.Ordinal)
            )
                _times.Take(VisitMoment.Response);
            _requests.On(method, e);
        }
    }

    /// <summary>Takes the time at which something happened.</summary>
    public void Take(VisitMoment moment)
    {
        lock (_lock)
            _times.Take(moment);
    }

    /// <summary>The main frame shows another document.</summary>
    public void OnDocument()
    {
        lock (_lock)
            _times.OnDocument();
    }

    /// <summary>Adds what was recorded to the visit.</summary>
    public TabVisit AddTo(TabVisit visit, Uri url)
    {
        ArgumentNullException.ThrowIfNull(visit);
        lock (_lock)
        {
            _times.Take(VisitMoment.Ended);
            if (options.Diagnostics)
                visit = visit with { Diagnostics = Diagnostics() };
            return options.Har ? WithHar(visit, url) : visit;
        }
    }

    private PageDiagnostics Diagnostics() =>
        new()
        {
            Console = [.. _console.Messages],
            ConsoleOmitted = _console.Omitted == 0 ? null : _console.Omitted,
            FailedRequests = [.. _requests.Failures],
            FailedRequestsOmitted = _requests.FailuresOmitted == 0 ? null : _requests.FailuresOmitted,
            Timing = _times.Timing,
        };

    private TabVisit WithHar(TabVisit visit, Uri url)
    {
        var writer = new HarWriter(options.Secrets);
        var page = EventUrl.Of(url.AbsoluteUri, options.Secrets);
        var (har, omitted) = writer.Write(page, _started, _times.Timing, _requests.Requests, _requests.Omitted);
        return visit with
        {
            Captures = [.. visit.Captures, new PageCapture("har", "application/json", har)],
            CaptureWarnings =
                omitted == 0
                    ? visit.CaptureWarnings
                    :
                    [
                        .. visit.CaptureWarnings,
                        new PageWarning(
                            PageWarningCode.CaptureTruncated,
                            $"The artifact har lacks {omitted} requests, with which it would be too large."
                        ),
                    ],
        };
    }
}
