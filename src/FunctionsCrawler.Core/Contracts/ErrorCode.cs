using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>
/// Why a page failed or was skipped. Records hold the names in snake_case. Transient errors are retried up to twice; records
/// marked "Skipped" do not count towards the page limit.
/// </summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ErrorCode>))]
public enum ErrorCode
{
    /// <summary>The visit exceeded its time limit. Not retried.</summary>
    Timeout,

    /// <summary>The host name did not resolve. Transient.</summary>
    Dns,

    /// <summary>The connection could not be established, or it broke. Transient.</summary>
    Connect,

    /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
    Tls,

    /// <summary>The server responded with a status from 400 to 499. 429 is transient.</summary>
    [JsonStringEnumMemberName("http_4xx")]
    Http4xx,

    /// <summary>The server responded with a status from 500 to 599. 502, 503 and 504 are transient.</summary>
    [JsonStringEnumMemberName("http_5xx")]
    Http5xx,

    /// <summary>The host resolves to an address that the address policy blocks, such as a private network.</summary>
    BlockedAddress,

    /// <summary>robots.txt disallows the URL. Skipped.</summary>
    Robots,

    /// <summary>The page exceeds one of the <see cref="PageLimits"/>.</summary>
    TooLarge,

    /// <summary>The content is not a page: an image, an archive, a download. Skipped.</summary>
    UnsupportedType,

    /// <summary>More redirects than <see cref="PageLimits.MaxRedirects"/>, or a redirect to a URL already visited.</summary>
    RedirectLoop,

    /// <summary>The page's renderer crashed, and crashed again when the page was visited alone.</summary>
    RendererCrashed,

    /// <summary>The page needs more memory than the budget allows, even when it is visited alone.</summary>
    Memory,

    /// <summary>The URL redirects outside the crawl's scope. Skipped.</summary>
    OutOfScope,

    /// <summary>The response violates the HTTP protocol.</summary>
    Protocol,

    /// <summary>
    /// The chunk failed repeatedly for a reason unrelated to the page, or the stored record is damaged; the error message says
    /// which.
    /// </summary>
    Internal,

    /// <summary>What <see cref="PageOptions.WaitFor"/> names did not appear within the time limit.</summary>
    WaitFor,

    /// <summary>A step of <see cref="PageOptions.Actions"/> failed. The message names the step and its element.</summary>
    Action,

    /// <summary>
    /// The visit could not be made as the request says: a secret that it names is not set in the visiting process, or the
    /// browser does not accept a cookie, locale or time zone.
    /// </summary>
    Identity,
}
