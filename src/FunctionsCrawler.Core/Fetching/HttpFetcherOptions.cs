using System.Net.Http;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>Options of <see cref="HttpFetcher"/>.</summary>
internal sealed record HttpFetcherOptions
{
    /// <summary>The value of the User-Agent header.</summary>
    /// <value>Default <see cref="CrawlerIdentity.Product"/>.</value>
    public string UserAgent { get; init; } = CrawlerIdentity.Product;

    /// <summary>The value of the Accept-Language header.</summary>
    /// <value>Default null: no header.</value>
    public string? AcceptLanguage { get; init; }

    /// <summary>Headers and cookies for some origins, added to each hop that goes there.</summary>
    /// <value>Default null: none.</value>
    public OriginCredentials? Credentials { get; init; }

    /// <summary>
    /// The limits on content size and redirects: <see cref="PageLimits.MaxBytes"/> and <see cref="PageLimits.MaxRedirects"/>.
    /// </summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>
    /// Whether to accept content of any type, undecoded (<see cref="FetchResult.Content"/>), and to cut it off at
    /// <see cref="PageLimits.MaxBytes"/> instead of failing. Used for robots.txt and sitemaps.
    /// </summary>
    /// <value>Default false: accept only complete pages.</value>
    public bool TakesAnyContent { get; init; }

    /// <summary>
    /// Whether content of a media type is read; other content is refused before its body is. Ignored if any content is taken.
    /// </summary>
    /// <value>Default <see cref="MediaTypes.IsPage"/>.</value>
    public Func<string, bool> Accepts { get; init; } = MediaTypes.IsPage;

    /// <summary>
    /// Opens each connection; the handler runs TLS over the returned stream. A <see cref="BlockedAddressException"/> becomes
    /// <see cref="ErrorCode.BlockedAddress"/>, a socket exception <see cref="ErrorCode.Dns"/> or
    /// <see cref="ErrorCode.Connect"/>, and that of a proxy <see cref="ErrorCode.Connect"/>.
    /// </summary>
    /// <value>Default null: connect to any address that the host name resolves to.</value>
    public Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? Connect { get; init; }

    /// <summary>Whether <see cref="FetchResult.Diagnostics"/> is recorded, and what is hidden in it.</summary>
    /// <value>Default <see cref="DiagnosticOptions.None"/>.</value>
    public DiagnosticOptions Diagnostics { get; init; } = DiagnosticOptions.None;

    /// <summary>How long opening a connection may take, TLS included.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Checks each URL before it is requested: the first one and every redirect target. If it returns an error, the fetch ends
    /// with that error.
    /// </summary>
    /// <value>Default null: every URL is requested.</value>
    public Func<Uri, CancellationToken, ValueTask<PageError?>>? BeforeHop { get; init; }

    /// <summary>
    /// Whether bodies are received with their content codings, and the fetcher decodes them: archives hold what was sent.
    /// </summary>
    /// <value>Default false: the handler decodes them, and hides that they were coded.</value>
    public bool KeepsCodings { get; init; }

    /// <summary>Takes the exchanges of each fetch; needs <see cref="KeepsCodings"/>.</summary>
    /// <value>Default null: nothing is archived.</value>
    public ChunkArchive? Archive { get; init; }

    /// <summary>Admits documents over 4 MiB after their download, one at a time, when there is memory to read them.</summary>
    /// <value>Default: a gate without a memory budget.</value>
    internal LargeDocumentGate Documents { get; init; } = LargeDocumentGate.Unbudgeted;
}
