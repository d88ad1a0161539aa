using System.Net.Http;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Fetching;

/// <summary>How <see cref="HttpFetcher"/> asks, and how much it takes.</summary>
public sealed record HttpFetcherOptions
{
    /// <summary>The User-Agent header.</summary>
    /// <value>Default "FunctionsCrawler/0.1".</value>
    public string UserAgent { get; init; } = "FunctionsCrawler/0.1";

    /// <summary>How much of a page is taken, and how far redirects are followed.</summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>
    /// Content of every type is taken as it is (<see cref="FetchResult.Content"/>), and what is over
    /// <see cref="PageLimits.MaxBytes"/> is cut off: as robots.txt and sitemaps are read.
    /// </summary>
    /// <value>Default false: only pages, and only whole ones.</value>
    public bool TakesAnyContent { get; init; }

    /// <summary>
    /// Makes each connection in place of the handler. TLS is laid over what it returns. A
    /// <see cref="Safety.BlockedAddressException"/> becomes <see cref="ErrorCode.BlockedAddress"/>, a socket's exception becomes
    /// <see cref="ErrorCode.Dns"/> or <see cref="ErrorCode.Connect"/>.
    /// </summary>
    /// <value>Default null: connect to any address the name resolves to.</value>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>Called for each URL before it is asked for, the first included. An error ends the fetch with it.</summary>
    /// <value>Default null: every URL is asked for.</value>
    public Func<Uri, CancellationToken, ValueTask<PageError?>>? BeforeHop { get; init; }
}
