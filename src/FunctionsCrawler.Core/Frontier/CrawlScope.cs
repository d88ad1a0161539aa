using FunctionsCrawler.Contracts;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>Decides which URLs belong to a crawl. The cost of a check does not depend on the number of roots.</summary>
internal sealed class CrawlScope
{
    private readonly ScopeKind _kind;
    private readonly IUrlPattern[] _include;
    private readonly IUrlPattern[] _exclude;
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Creates a scope relative to root URLs.</summary>
    /// <param name="roots">Normalised URLs: the start pages and the URLs they redirected to. They are always in scope.</param>
    /// <param name="kind">What a link must have in common with a root.</param>
    /// <param name="include">If not empty, a link must match one of these.</param>
    /// <param name="exclude">A link that matches one of these is out of scope.</param>
    public CrawlScope(
        IEnumerable<string> roots,
        ScopeKind kind,
        IEnumerable<IUrlPattern> include,
        IEnumerable<IUrlPattern> exclude
    )
    {
        _kind = kind;
        _include = [.. include];
        _exclude = [.. exclude];
        foreach (var root in roots.Select(root => new Uri(root)))
        {
            _roots.Add(root.AbsoluteUri);
            _keys.Add(KeyOf(root));
        }
    }

    /// <summary>Creates the scope of a crawl.</summary>
    /// <param name="request">A valid request.</param>
    /// <param name="roots">The start pages and the URLs they redirected to.</param>
    public static CrawlScope For(CrawlRequest request, IEnumerable<string> roots) =>
        new(roots, request.Scope, request.Include.Select(Parse), request.Exclude.Select(Parse));

    private static IUrlPattern Parse(string text) =>
        UrlPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw new InvalidDataException(fault);

    /// <summary>Whether a normalised URL is in scope. Patterns apply to pages, not to the sitemaps that list them.</summary>
    public bool Contains(Uri url, LinkKind? kind = null) =>
        _roots.Contains(url.AbsoluteUri)
        || kind == LinkKind.Seed
        || (UrlText.IsAllowed(url.Scheme) && IsNearRoot(url) && (kind == LinkKind.Sitemap || MatchesPatterns(url)));

    private bool MatchesPatterns(Uri url) =>
        (_include.Length == 0 || Array.Exists(_include, pattern => pattern.IsMatch(url)))
        && !Array.Exists(_exclude, pattern => pattern.IsMatch(url));

    private bool IsNearRoot(Uri url) =>
        _kind switch
        {
            ScopeKind.Any => true,
            ScopeKind.Domain => SitesOf(url.Host).Any(_keys.Contains),
            ScopeKind.Prefix => FoldersOf(url).Any(_keys.Contains),
            ScopeKind.Path => PathsAbove(url).Any(_keys.Contains),
            _ => _keys.Contains(KeyOf(url)),
        };

    /// <summary>The part of a root that links are compared with.</summary>
    private string KeyOf(Uri url) =>
        _kind switch
        {
            ScopeKind.Any => "",
            ScopeKind.Origin => OriginOf(url),
            ScopeKind.Host => url.Host,
            ScopeKind.Domain => SiteOf(url.Host),
            ScopeKind.Prefix => FoldersOf(url).First(),
            ScopeKind.Path => PathsAbove(url).First(),
            _ => throw new NotSupportedException($"The scope {_kind} is not supported."),
        };

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>The host without "www.", unless only a top-level domain would remain.</summary>
    private static string SiteOf(string host)
    {
        const string www = "www.";
        var isBelowSite = host.StartsWith(www, StringComparison.Ordinal) && host.IndexOf('.', www.Length) > 0;
        return isBelowSite ? host[www.Length..] : host;
    }

    /// <summary>
    /// The host and its parent domains without top-level domains. For an IP address the extra entries are harmless: no root has
    /// a part of an address as its site.
    /// </summary>
    private static IEnumerable<string> SitesOf(string host)
    {
        yield return host;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            var site = host[(dot + 1)..];
            if (site.Contains('.', StringComparison.Ordinal))
                yield return site;
        }
    }

    /// <summary>The path of the page and those above it, with the host, innermost first: "/docs/a", "/docs", "".</summary>
    private static IEnumerable<string> PathsAbove(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        for (var end = path.Length; end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
            yield return string.Concat(url.Host, path.AsSpan(0, end));
    }

    /// <summary>The folders that contain the page, with origin, innermost first. "/docs" is in "/", "/docs/" is in itself.</summary>
    private static IEnumerable<string> FoldersOf(Uri url)
    {
        var origin = OriginOf(url);
        var path = url.AbsolutePath;
        for (var slash = path.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : path.LastIndexOf('/', slash - 1))
            yield return string.Concat(origin, path.AsSpan(0, slash + 1));
    }
}
