using System.Text.Json.Serialization;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Fetching;

/// <summary>Why a page failed or was skipped. The names are part of the record format, in snake_case.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<ErrorCode>))]
public enum ErrorCode
{
    /// <summary>The visit hit its deadline. Not retried.</summary>
    Timeout,

    /// <summary>The host name did not resolve. Transient.</summary>
    Dns,

    /// <summary>No connection, or it broke. Transient.</summary>
    Connect,

    /// <summary>The TLS handshake failed or the certificate is not trusted.</summary>
    Tls,

    /// <summary>A status from 400 to 499. 429 is transient.</summary>
    [JsonStringEnumMemberName("http_4xx")]
    Http4xx,

    /// <summary>A status from 500 to 599. 502, 503 and 504 are transient.</summary>
    [JsonStringEnumMemberName("http_5xx")]
    Http5xx,

    /// <summary>The host resolves to an address that may not be reached.</summary>
    BlockedAddress,

    /// <summary>robots.txt disallows the URL. Skipped.</summary>
    Robots,

    /// <summary>The content is larger than allowed.</summary>
    TooLarge,

    /// <summary>The content is not a page: an image, an archive, a download. Skipped.</summary>
    UnsupportedType,

    /// <summary>More redirects than allowed, or one that leads back.</summary>
    RedirectLoop,

    /// <summary>The page's renderer died, and died again when it was visited alone.</summary>
    RendererCrashed,

    /// <summary>The page alone needs more memory than the budget.</summary>
    Memory,

    /// <summary>The crawl was cancelled.</summary>
    Cancelled,

    /// <summary>The URL redirects to one outside the crawl's scope. Skipped.</summary>
    OutOfScope,

    /// <summary>The answer broke HTTP's rules.</summary>
    Protocol,

    /// <summary>The chunk failed again and again for a reason that is not the page's: see the message.</summary>
    Internal,
}
