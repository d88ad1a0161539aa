using System.Net.Http;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Activities;

/// <summary>Sends webhooks. Callback URLs come from requests, so they are subject to the egress guard like pages.</summary>
internal sealed class WebhookClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Creates a client that follows no redirects, keeps no cookies and ignores the environment's proxy.</summary>
    public WebhookClient(AddressGuard guard, CrawlerIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(identity);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                // Baggage of whoever started the crawl may be private.
                ActivityHeadersPropagator = null,
                ConnectCallback = guard.ConnectAsync,
            }
        );
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(identity.UserAgent);
    }

    /// <summary>Sends a message. Returns as soon as the response headers have arrived.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken) =>
        _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
