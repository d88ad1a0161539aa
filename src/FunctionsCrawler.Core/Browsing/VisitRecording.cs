using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>Asks the browser for the bodies of the responses of one visit, one at a time, and writes the records.</summary>
internal sealed class VisitRecording
{
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(250);

    private readonly IPageSession _session;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<ArchivedRequest> _received = Channel.CreateUnbounded<ArchivedRequest>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly Task<WarcSpool> _recording;
    private int _missing;
    private string? _fault;

    public VisitRecording(IPageSession session, TimeProvider time)
    {
        (_session, _time) = (session, time);
        _recording = RecordAllAsync();
    }

    /// <summary>Adds a response that was received. Without effect after the end.</summary>
    public void Add(ArchivedRequest request) => _received.Writer.TryWrite(request);

    /// <summary>Ends recording, at most three seconds after the call.</summary>
    /// <param name="left">The time that is left of the visit; null if the records are not needed.</param>
    /// <returns>The records, which the caller disposes, and what is missing; null if nothing is.</returns>
    public async Task<(WarcSpool Records, string? Missing)> EndAsync(TimeSpan? left)
    {
        _received.Writer.TryComplete();
        try
        {
            // At least some, because what the last response brought belongs to a page that was read in time.
            var limit =
                left is not { } time ? TimeSpan.Zero
                : time > EndLimit ? EndLimit
                : time < LeastTime ? LeastTime
                : time;
            await _recording.WithinAsync(limit, _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The rest is missing.
            _stopped.TrySetResult();
        }
        var records = await _recording.ConfigureAwait(false);
        var missing =
            _missing == 0 ? null
            : _missing == 1 ? "the body of one response was not available"
            : $"the bodies of {_missing} responses were not available";
        return (records, _fault ?? missing);
    }

    private async Task<WarcSpool> RecordAllAsync()
    {
        var records = new WarcSpool();
        await foreach (var request in _received.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await RecordAsync(records, request).ConfigureAwait(false);
            }
            catch (Exception e)
                when (e
                        is ProtocolException
                            or RendererCrashedException
                            or BrowserLostException
                            or TimeoutException
                            // An answer without content, from a page that ends.
                            or InvalidOperationException
                )
            {
                _missing++;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _fault ??= $"the temporary file cannot be written: {e.Message}";
            }
        }
        return records;
    }

    private async Task RecordAsync(WarcSpool records, ArchivedRequest request)
    {
        var (head, content) = (request.Response!, Array.Empty<byte>());
        if (request.HasBody)
        {
            var (body, isBinary) = await AskAsync(request.Id).ConfigureAwait(false);
            // Chromium answers with less if it has dropped the rest, of a picture that it cannot draw for example, and with
            // nothing if it never had the body: scripts can read one as a blob.
            if (body.Length == 0 ? request.HasReceivedBody : isBinary && body.Length < request.Received)
            {
                _missing++;
                return;
            }
            (content, head) = (body, head with { IsReencoded = !isBinary });
        }
        using var stream = new MemoryStream(content, writable: false);
        await records
            .AddAsync(new Exchange(request.Url, request.Date, request.Head, head, stream), CancellationToken.None)
            .ConfigureAwait(false);
    }

    private async Task<(byte[] Body, bool IsBinary)> AskAsync(string requestId)
    {
        if (_stopped.Task.IsCompleted)
            throw new TimeoutException();
        var asking = _session.SendAsync("Network.getResponseBody", new JsonObject { ["requestId"] = requestId });
        asking.Observe();
        var first = await Task.WhenAny(_stopped.Task, asking)
            .WithinAsync(BodyLimit, _time, CancellationToken.None)
            .ConfigureAwait(false);
        if (first == _stopped.Task)
            throw new TimeoutException();
        var answer = await asking.ConfigureAwait(false);
        var body = answer.GetProperty("body");
        return answer.GetProperty("base64Encoded").GetBoolean()
            ? (body.GetBytesFromBase64(), true)
            : (Encoding.UTF8.GetBytes(body.GetString()!), false);
    }
}

/// <summary>A request of a page, and what is known of its response.</summary>
/// <param name="Id">The id of the protocol.</param>
/// <param name="Url">The URL, as archives have it.</param>
/// <param name="Date">When it was sent.</param>
/// <param name="Head">The head of the request.</param>
internal sealed record ArchivedRequest(string Id, string Url, DateTimeOffset Date, byte[] Head)
{
    /// <summary>The head of the response; null until there is one.</summary>
    public ReceivedHead? Response { get; init; }

    /// <summary>Whether the response can have a body.</summary>
    public bool HasBody { get; init; }

    /// <summary>The size of the body so far, in bytes, without content codings; 0 also if it does not reach the page's process.</summary>
    public long Received { get; init; }

    /// <summary>The number of bytes that were received with the head.</summary>
    public double HeadBytes { get; init; }

    /// <summary>The number of bytes that were received after that, with what the transfer adds.</summary>
    public double BodyBytes { get; init; }

    /// <summary>Whether the body is certainly not empty. The end of an empty one takes a few bytes.</summary>
    public bool HasReceivedBody => Received > 0 || BodyBytes > 16 || Response?.DeclaredLength > 0;
}
