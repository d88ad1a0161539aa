using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>
/// The URL of the page in GET /r/{url}: written as it is, with its query, or percent-encoded as one segment. Servers decode
/// paths, so it is read from the request line.
/// </summary>
internal static class ReaderUrl
{
    private const string Prefix = "/" + ReaderMount.Root + "/";

    /// <summary>Reads the URL; empty if there is none.</summary>
    public static string Read(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var target = TargetOf(request);
        return target.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? Parse(target[Prefix.Length..]) : "";
    }

    /// <summary>Reads the URL from what follows the prefix in the request line.</summary>
    internal static string Parse(string rest)
    {
        ArgumentNullException.ThrowIfNull(rest);
        if (IsEncoded(rest))
        {
            // An encoded URL has its own query encoded, too. A client may still have put more behind it.
            var end = rest.IndexOf('?', StringComparison.Ordinal);
            rest = end < 0 ? Uri.UnescapeDataString(rest) : Uri.UnescapeDataString(rest[..end]) + rest[end..];
        }
        foreach (var scheme in new[] { "https:", "http:" })
        {
            // Proxies join repeated slashes.
            if (rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return $"{scheme}//{rest[scheme.Length..].TrimStart('/')}";
        }
        return rest.Length == 0 ? "" : $"https://{rest.TrimStart('/')}";
    }

    private static bool IsEncoded(string rest) =>
        rest.StartsWith("https%3A", StringComparison.OrdinalIgnoreCase)
        || rest.StartsWith("http%3A", StringComparison.OrdinalIgnoreCase);

    private static string TargetOf(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        return raw is ['/', ..] ? raw : request.Path.ToUriComponent() + request.QueryString.ToUriComponent();
    }
}
