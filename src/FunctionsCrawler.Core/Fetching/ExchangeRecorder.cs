using System.Net.Http;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Records the exchanges of one fetch over HTTP. What cannot be recorded is missing in the archive, and the page has a warning.
/// A response is recorded when its body was read: not if it was refused, or broke off.
/// </summary>
internal sealed class ExchangeRecorder(HttpFetcherOptions options, TimeProvider time) : IDisposable
{
    private const int MaxInMemory = 256 * 1024;
    private const string Length = "length";

    // Bodies of redirects are not read otherwise. They are short texts for users of old browsers.
    private const int MaxUnread = 64 * 1024;
    private static readonly TimeSpan UnreadLimit = TimeSpan.FromSeconds(2);

    private readonly WarcSpool _records = new();
    private SpooledStream? _body;
    private BodyCopy? _copy;
    private string? _url;
    private byte[] _request = [];
    private DateTimeOffset _date;
    private string? _fault;

    /// <summary>Takes note of a request before it is sent.</summary>
    public void Begin(Uri url, HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _body?.Dispose();
        (_body, _copy) = (null, null);
        _date = time.GetUtcNow();
        _url = ArchivedUrl.Of(url.AbsoluteUri);
        var headers = request.Headers.NonValidated.SelectMany(h =>
            h.Value.Select(value => KeyValuePair.Create(h.Key, value))
        );
        _request = _url is null ? [] : HttpHead.OfRequest(_url, headers, IsOfOperator);
    }

    /// <summary>Wraps a body, so that what is read of it is kept.</summary>
    public Stream Copy(Stream body)
    {
        _body = new SpooledStream(MaxInMemory, "crawl-body");
        return _copy = new BodyCopy(body, _body, options.Limits.MaxBytes);
    }

    /// <summary>Records a response whose body was read.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isWhole">Whether the body was read to its end, and not only to a limit.</param>
    /// <param name="cancellationToken">Stops recording.</param>
    public Task EndAsync(HttpResponseMessage response, bool isWhole, CancellationToken cancellationToken) =>
        EndAsync(response, isWhole ? null : Length, cancellationToken);

    /// <summary>Records a response whose body the fetch does not need. Takes at most two seconds.</summary>
    public async Task EndUnreadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        using var expiry = new CancellationTokenSource(UnreadLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        string? truncated = Length;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            var copy = Copy(body);
            var piece = new byte[8 * 1024];
            while (_body!.Length < MaxUnread && truncated is not null)
                truncated = await copy.ReadAsync(piece, either.Token).ConfigureAwait(false) == 0 ? null : Length;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The head alone leads to the next page, so the archive has it without the rest of the body.
            truncated = expiry.IsCancellationRequested ? "time" : "disconnect";
        }
        await EndAsync(response, truncated, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the exchanges to the archive, and a warning to the result if one is missing.</summary>
    public async Task<FetchResult> CompleteAsync(FetchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var fault = await options.Archive!.AddAsync(_records).ConfigureAwait(false) ?? _fault;
        return fault is null ? result : result with { Warnings = [.. result.Warnings, PageWarning.NotArchived(fault)] };
    }

    /// <summary>Frees memory and disk space.</summary>
    public void Dispose()
    {
        _body?.Dispose();
        _records.Dispose();
    }

    private async Task EndAsync(HttpResponseMessage response, string? truncated, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (_url is null)
            return;
        var head = new ReceivedHead((int)response.StatusCode, response.ReasonPhrase ?? "", [.. response.AllRaw()]);
        try
        {
            if (_copy?.Fault is { } fault)
                throw fault;
            await _records
                .AddAsync(
                    new Exchange(_url, _date, _request, head, (Stream?)_body ?? Stream.Null)
                    {
                        Truncated = truncated ?? (_copy is { IsCut: true } ? Length : null),
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _fault ??= $"the temporary file cannot be written: {e.Message}";
        }
    }

    private bool IsOfOperator(string name) =>
        options.Credentials?.Headers.Any(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) is true;
}
