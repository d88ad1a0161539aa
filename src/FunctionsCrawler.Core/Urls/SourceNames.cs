using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsCrawler.Urls;

/// <summary>Names a source of documents by its URL: an id that other spellings of the URL share, and a name for people.</summary>
internal static class SourceNames
{
    private const int MaxName = 80;

    private static readonly string[] CodeHosts =
    [
        "github.com",
        "gitlab.com",
        "bitbucket.org",
        "codeberg.org",
        "raw.githubusercontent.com",
    ];

    // Files that stand for the folder they are in.
    private static readonly string[] IndexFiles =
    [
        "index.html",
        "index.htm",
        "index.php",
        "index.md",
        "llms.txt",
        "llms-full.txt",
        "sitemap.xml",
        "sitemap_index.xml",
        "robots.txt",
    ];

    /// <summary>
    /// The first 16 hexadecimal digits of the SHA-256 of the canonical URL. The same for a URL with or without a trailing slash,
    /// fragment, default port, tracking parameters, and for any order of its parameters.
    /// </summary>
    public static string IdOf(string url) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(url))))[..16];

    /// <summary>The name of a crawl's source: of its first start page, and how many others there are.</summary>
    public static string NameOf(IReadOnlyList<string> urls) =>
        urls.Count switch
        {
            0 => "",
            1 => NameOf(urls[0]),
            var count => string.Create(CultureInfo.InvariantCulture, $"{NameOf(urls[0])} and {count - 1} more"),
        };

    /// <summary>The repository, as in "owner/name", for a URL of a well-known code host; otherwise host and path.</summary>
    public static string NameOf(string url)
    {
        if (!TryParse(url, out var uri))
            return Shorten(url.Trim());
        var host = uri.Host.StartsWith("www.", StringComparison.Ordinal) ? uri.Host[4..] : uri.Host;
        var names = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToList();
        if (names.Count >= 2 && CodeHosts.Contains(host, StringComparer.Ordinal))
            return Shorten($"{names[0]}/{WithoutExtension(names[1])}");
        if (names.Count > 0 && IndexFiles.Contains(names[^1], StringComparer.OrdinalIgnoreCase))
            names.RemoveAt(names.Count - 1);
        if (!uri.IsDefaultPort)
            host = string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}");
        return Shorten(string.Join('/', names.Prepend(host)));
    }

    private static string Canonical(string url)
    {
        if (!TryParse(url, out var uri))
            return url.Trim();
        var parameters = TrackingParameters
            .RemoveFrom(uri.Query, new UrlRules { DropTrackingParameters = true })
            .TrimStart('?')
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => !IsOrigin(p))
            .Order(StringComparer.Ordinal);
        var query = string.Join('&', parameters);
        return $"{uri.GetLeftPart(UriPartial.Path).TrimEnd('/')}{(query.Length > 0 ? "?" : "")}{query}";
    }

    private static bool TryParse(string url, out Uri uri)
    {
        uri = null!;
        return UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out var normalized, out _)
            && Uri.TryCreate(normalized, UriKind.Absolute, out uri!);
    }

    // Too common to be dropped from URLs that are visited, because they may select the content.
    private static bool IsOrigin(string parameter) => parameter.Split('=')[0] is "ref" or "source";

    private static string WithoutExtension(string name) =>
        name.EndsWith(".git", StringComparison.Ordinal) && name.Length > 4 ? name[..^4] : name;

    // Text that cannot be seen stays encoded.
    private static string Decode(string segment)
    {
        var text = Uri.UnescapeDataString(segment);
        return text.Any(c => char.IsControl(c) || c is '/' || char.GetUnicodeCategory(c) == UnicodeCategory.Format)
            ? segment
            : text;
    }

    private static string Shorten(string name) => name.Length <= MaxName ? name : CutText(name) + "…";

    private static string CutText(string name) =>
        char.IsHighSurrogate(name[MaxName - 2]) ? name[..(MaxName - 2)] : name[..(MaxName - 1)];
}
