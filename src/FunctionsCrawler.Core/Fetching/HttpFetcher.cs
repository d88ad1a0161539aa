using System.Net;
using System.Net.Http;
using System.Text;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Fetches pages over HTTP/1.1. Follows redirects itself so that each hop can be checked and recorded. Cookies are kept for
/// one fetch only. Ignores the environment's proxy settings, because the address check must see the address actually
/// connected to; the operator's proxies are behind <see cref="HttpFetcherOptions.Connect"/>. Thread-safe; connections are pooled.
/// </summary>
internal sealed class HttpFetcher : IPageFetcher, IDisposable
{
    private readonly HttpFetcherOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Creates a fetcher with its own connection pool.</summary>
    public HttpFetcher(HttpFetcherOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _options = options;
        _timeProvider = timeProvider;
        _invoker = new HttpMessageInvoker(new ShortConnections(CreateHandler(options)), disposeHandler: true);
    }

    private HttpFetcher(HttpFetcher owner, HttpFetcherOptions options) =>
        (_options, _timeProvider, _invoker) = (options, owner._timeProvider, owner._invoker);

    /// <summary>
    /// A fetcher that accepts other media types over the same connections. It need not be disposed, and ends with this one.
    /// </summary>
    public HttpFetcher Accepting(Func<string, bool> accepts) => new(this, _options with { Accepts = accepts });

    /// <summary>
    /// A fetcher that visits as somebody else over the same connections. It need not be disposed, and ends with this one.
    /// </summary>
    /// <param name="identity">As whom.</param>
    /// <param name="diagnostics">What is recorded of its fetches; null: nothing.</param>
    public HttpFetcher As(VisitIdentity identity, DiagnosticOptions? diagnostics = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new HttpFetcher(
            this,
            _options with
            {
                UserAgent = identity.UserAgent ?? _options.UserAgent,
                AcceptLanguage = identity.Languages is { } languages
                    ? string.Join(", ", languages.Select((language, i) => i == 0 ? language : $"{language};q=0.9"))
                    : null,
                Credentials = identity.Credentials,
                Diagnostics = diagnostics ?? DiagnosticOptions.None,
            }
        );
    }

    /// <summary>
    /// A fetcher that adds its exchanges to an archive, over the same connections. It need not be disposed, and ends with this
    /// one, which must keep codings.
    /// </summary>
    /// <param name="archive">Takes the exchanges.</param>
    /// <param name="takesAnyContent"><inheritdoc cref="HttpFetcherOptions.TakesAnyContent" path="/summary"/></param>
    public HttpFetcher Into(ChunkArchive archive, bool takesAnyContent) =>
        new(this, _options with { Archive = archive, TakesAnyContent = takesAnyContent });

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="url"/> is not an absolute http or https URL.</exception>
    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken) =>
        FetchAsync(url, null, deadline, cancellationToken);

    /// <summary>Fetches a page, unless the server says that a stored one is current.</summary>
    /// <inheritdoc cref="FetchAsync(Uri, TimeSpan, CancellationToken)"/>
    public async Task<FetchResult> FetchAsync(
        Uri url,
        Revalidation? revalidation,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!HttpVisit.IsHttp(url))
            throw new ArgumentException($"'{url}' is not an absolute http or https URL.", nameof(url));
        cancellationToken.ThrowIfCancellationRequested();
        var started = _timeProvider.GetTimestamp();
        using var recorder = _options.Archive is null ? null : new ExchangeRecorder(_options, _timeProvider);
        var visit = new HttpVisit(_invoker, _options, _timeProvider, revalidation, recorder);
        var result = await RunAsync(visit, url, deadline, cancellationToken).ConfigureAwait(false);
        if (recorder is not null)
            result = await recorder.CompleteAsync(result).ConfigureAwait(false);
        return _options.Diagnostics.Diagnostics
            ? result with
            {
                Diagnostics = new HttpDiagnostics(_timeProvider, _options.Diagnostics.Secrets).Of(
                    url,
                    result,
                    started,
                    visit.Responded
                ),
            }
            : result;
    }

    /// <summary>Closes the connection pool.</summary>
    public void Dispose() => _invoker.Dispose();

    private async Task<FetchResult> RunAsync(
        HttpVisit visit,
        Uri url,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        using var expiry = new CancellationTokenSource(WithinTimerRange(deadline), _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        try
        {
            return await visit.RunAsync(url, either.Token).ConfigureAwait(false);
        }
        // A cancelled read or connect surfaces as one of several exception types, so check the tokens instead of the type.
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (expiry.IsCancellationRequested)
        {
            return visit.Expired(deadline);
        }
        catch (Exception e)
        {
            return visit.Failed(HttpFailure.Describe(e));
        }
    }

    private static SocketsHttpHandler CreateHandler(HttpFetcherOptions options) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = options.KeepsCodings ? DecompressionMethods.None : DecompressionMethods.All,
            UseCookies = false,
            UseProxy = false,
            // The trace and the baggage of whoever asked for a page are none of the site's business.
            ActivityHeadersPropagator = null,
            ConnectCallback = options.Connect,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // Read up to this much of an unused body (error page, redirect) so that the connection can be reused.
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // Cookies of a saved login may have other characters than ASCII. Browsers send them as UTF-8.
            RequestHeaderEncodingSelector = static (name, _) =>
                name.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
            // Servers send unescaped UTF-8 in Location although RFC 9110 requires escaping; the default would be Latin-1.
            ResponseHeaderEncodingSelector = static (name, _) =>
                name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
        };

    private static TimeSpan WithinTimerRange(TimeSpan deadline) =>
        TimeSpan.FromMilliseconds(Math.Clamp(deadline.TotalMilliseconds, 0, int.MaxValue));
}
