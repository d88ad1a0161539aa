using System.Net;
using System.Net.Http;
using System.Text;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Gets pages over HTTP/1.1, following redirects itself so that each hop can be checked and recorded. Cookies live for
/// one fetch. The proxy settings of the environment are not used: whoever checks addresses must see the real one. Safe
/// for concurrent use; connections are shared.
/// </summary>
public sealed class HttpFetcher : IPageFetcher, IDisposable
{
    private readonly HttpFetcherOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpMessageInvoker _invoker;

    /// <summary>Makes a fetcher with a connection pool of its own.</summary>
    public HttpFetcher(HttpFetcherOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _options = options;
        _timeProvider = timeProvider;
        _invoker = new HttpMessageInvoker(CreateHandler(options), disposeHandler: true);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="url"/> is not an absolute http or https URL.</exception>
    public async Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!HttpVisit.IsHttp(url))
            throw new ArgumentException($"'{url}' is not an absolute http or https URL.", nameof(url));
        cancellationToken.ThrowIfCancellationRequested();

        using var expiry = new CancellationTokenSource(WithinTimerRange(deadline), _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, expiry.Token);
        var visit = new HttpVisit(_invoker, _options);
        try
        {
            return await visit.RunAsync(url, either.Token).ConfigureAwait(false);
        }
        // A cancelled read or connect surfaces as any of several exceptions, so the tokens are asked, not the type.
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (expiry.IsCancellationRequested)
        {
            return visit.Failed(ErrorCode.Timeout, $"No complete answer within {deadline}.");
        }
        catch (Exception e)
        {
            return visit.Failed(HttpFailure.Describe(e));
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _invoker.Dispose();

    private static SocketsHttpHandler CreateHandler(HttpFetcherOptions options) =>
        new()
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            UseProxy = false,
            ConnectCallback = options.Connect,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // What is left of an error page or a redirect is read to keep the connection, if it is this little.
            MaxResponseDrainSize = 64 * 1024,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            // Servers send paths in UTF-8 although RFC 9110 wants them escaped; the default is Latin-1.
            ResponseHeaderEncodingSelector = static (name, _) =>
                name.Equals("Location", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8 : null,
        };

    private static TimeSpan WithinTimerRange(TimeSpan deadline) =>
        TimeSpan.FromMilliseconds(Math.Clamp(deadline.TotalMilliseconds, 0, int.MaxValue));
}
