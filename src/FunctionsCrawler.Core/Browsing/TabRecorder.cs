using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Records the responses that a tab receives during a visit: GET requests over HTTP, of the page and its frames, that did not
/// come from the browser's cache. Bodies are asked for one at a time, so that only one is in memory.
/// </summary>
/// <remarks>
/// Chromium keeps bodies after the content codings were removed, and text after it was decoded; the latter is stored as UTF-8.
/// A body is missing if it is too large to be kept, or if the page was left before it was asked for.
/// </remarks>
internal sealed class TabRecorder
{
    // Of the renderer's memory. The oldest bodies are dropped first, and those were asked for already.
    private const int MaxBuffer = 32 * 1024 * 1024;
    private const int MaxBody = 8 * 1024 * 1024;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);

    private readonly IPageSession _session;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ArchivedRequest> _requests = new(StringComparer.Ordinal);
    private VisitRecording? _recording;
    private VisitIdentity? _identity;
    private bool _isListening;

    public TabRecorder(IPageSession session, TimeProvider time) => (_session, _time) = (session, time);

    /// <summary>Records a visit of the tab. It must not have left the page when it ends.</summary>
    /// <param name="visit">Performs the visit.</param>
    /// <param name="identity">As whom the page is visited: the headers of the operator are not recorded.</param>
    /// <param name="deadline">The deadline of the visit. What is still missing then is waited for a quarter of a second.</param>
    public async Task<TabVisit> RecordAsync(Func<Task<TabVisit>> visit, VisitIdentity identity, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(visit);
        var started = _time.GetTimestamp();
        if (!await TryListenAsync().ConfigureAwait(false))
            return await visit().ConfigureAwait(false) with
            {
                ExchangesMissing = "the browser did not begin to record",
            };
        var recording = new VisitRecording(_session, _time);
        Switch(recording, identity);
        TimeSpan? left = null;
        TabVisit? visited = null;
        try
        {
            visited = await visit().ConfigureAwait(false);
            left = deadline - _time.GetElapsedTime(started);
        }
        finally
        {
            Switch(null, identity);
            var (records, missing) = await recording.EndAsync(left).ConfigureAwait(false);
            if (visited is null)
                records.Dispose();
            else
                visited = visited with { Exchanges = records, ExchangesMissing = missing };
        }
        return visited;
    }

    // Chromium keeps bodies from then on.
    private async Task<bool> TryListenAsync()
    {
        if (_isListening)
            return true;
        try
        {
            await _session
                .SendAsync(
                    "Network.enable",
                    new JsonObject { ["maxTotalBufferSize"] = MaxBuffer, ["maxResourceBufferSize"] = MaxBody }
                )
                .WithinAsync(StartLimit, _time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is ProtocolException or RendererCrashedException or BrowserLostException or TimeoutException)
        {
            // The visit meets the same fault, and reports it.
            return false;
        }
        _isListening = true;
        _session.On("Network.requestWillBeSent", OnRequest);
        _session.On("Network.requestServedFromCache", Forget);
        _session.On("Network.responseReceived", OnResponse);
        _session.On("Network.dataReceived", OnData);
        _session.On("Network.loadingFinished", OnFinished);
        _session.On("Network.loadingFailed", Forget);
        return true;
    }

    private void Switch(VisitRecording? recording, VisitIdentity identity)
    {
        lock (_lock)
        {
            _requests.Clear();
            (_recording, _identity) = (recording, identity);
        }
    }

    private void OnRequest(JsonElement e)
    {
        lock (_lock)
        {
            if (_recording is null)
                return;
            var id = e.GetProperty("requestId").GetString()!;
            // A redirect is reported with the request that follows it, under the same id.
            if (e.TryGetProperty("redirectResponse", out var redirect) && _requests.Remove(id, out var redirected))
                _recording.Add(redirected with { Response = HeadOf(redirect), HasBody = false });
            var request = e.GetProperty("request");
            if (
                request.GetProperty("method").ValueEquals("GET")
                && ArchivedUrl.Of(request.GetProperty("url").GetString()!) is { } url
            )
                _requests[id] = new ArchivedRequest(
                    id,
                    url,
                    _time.GetUtcNow(),
                    HttpHead.OfRequest(url, TrafficEvents.HeadersOf(request), IsOfOperator)
                );
        }
    }

    private void OnResponse(JsonElement e)
    {
        var response = e.GetProperty("response");
        lock (_lock)
        {
            var id = e.GetProperty("requestId").GetString()!;
            if (!_requests.TryGetValue(id, out var request))
                return;
            // It was recorded when it was received.
            if (response.TryGetProperty("fromDiskCache", out var cached) && cached.GetBoolean())
                _requests.Remove(id);
            else
                _requests[id] = request with
                {
                    Response = HeadOf(response),
                    HeadBytes = response.GetProperty("encodedDataLength").GetDouble(),
                };
        }
    }

    private void OnData(JsonElement e)
    {
        lock (_lock)
        {
            var id = e.GetProperty("requestId").GetString()!;
            if (_requests.TryGetValue(id, out var request))
                _requests[id] = request with { Received = request.Received + e.GetProperty("dataLength").GetInt64() };
        }
    }

    private void OnFinished(JsonElement e)
    {
        lock (_lock)
        {
            if (
                _requests.Remove(e.GetProperty("requestId").GetString()!, out var request)
                && request.Response is { } head
            )
                _recording?.Add(
                    request with
                    {
                        HasBody = head.Status is not (204 or 205 or 304),
                        BodyBytes = e.GetProperty("encodedDataLength").GetDouble() - request.HeadBytes,
                    }
                );
        }
    }

    private void Forget(JsonElement e)
    {
        lock (_lock)
            _requests.Remove(e.GetProperty("requestId").GetString()!);
    }

    private bool IsOfOperator(string name) =>
        _identity?.Credentials?.Headers.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is true;

    private static ReceivedHead HeadOf(JsonElement response)
    {
        var (status, reason) = (
            response.GetProperty("status").GetInt32(),
            response.GetProperty("statusText").GetString()
        );
        return new ReceivedHead(
            status,
            string.IsNullOrEmpty(reason) ? ReasonOf(status) : reason,
            [.. TrafficEvents.HeadersOf(response)]
        )
        {
            IsDecoded = true,
            Encoding = Encoding.UTF8,
        };
    }

    // HTTP/2 has none.
    private static string ReasonOf(int status)
    {
        if (status is < 100 or > 999)
            return "";
        using var message = new HttpResponseMessage((System.Net.HttpStatusCode)status);
        return message.ReasonPhrase ?? "";
    }
}
