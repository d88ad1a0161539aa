using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Frontier;

/// <summary>Which URLs belong to a crawl. Its cost does not depend on how many roots there are.</summary>
internal sealed class CrawlScope
{
    private readonly ScopeKind _kind;
    private readonly UrlGlob[] _include;
    private readonly UrlGlob[] _exclude;
    private readonly HashSet<string> _roots = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>A scope around some roots.</summary>
    /// <param name="roots">Normalised URLs: the start pages and where they redirected to. They are always inside.</param>
    /// <param name="kind">What a link must have in common with a root.</param>
    /// <param name="include">Where there are any, a link must match one of them.</param>
    /// <param name="exclude">A link that matches one of them is outside.</param>
    public CrawlScope(
        IEnumerable<string> roots,
        ScopeKind kind,
        IEnumerable<UrlGlob> include,
        IEnumerable<UrlGlob> exclude
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

    /// <summary>The scope of a crawl.</summary>
    /// <param name="request">A valid request.</param>
    /// <param name="roots">Its start pages, and where they redirected to.</param>
    public static CrawlScope For(CrawlRequest request, IEnumerable<string> roots) =>
        new(roots, request.Scope, request.Include.Select(Parse), request.Exclude.Select(Parse));

    private static UrlGlob Parse(string text) =>
        UrlGlob.TryParse(text, out var glob, out var fault) ? glob : throw new InvalidDataException(fault);

    /// <summary>Whether a normalised URL is inside. The globs are about pages, not about the sitemaps that list them.</summary>
    public bool Contains(Uri url, FrontierKind? kind = null) =>
        _roots.Contains(url.AbsoluteUri)
        || (UrlText.IsAllowed(url.Scheme) && IsNearRoot(url) && (kind == FrontierKind.Sitemap || MatchesGlobs(url)));

    private bool MatchesGlobs(Uri url) =>
        (_include.Length == 0 || Array.Exists(_include, glob => glob.IsMatch(url)))
        && !Array.Exists(_exclude, glob => glob.IsMatch(url));

    private bool IsNearRoot(Uri url) =>
        _kind switch
        {
            ScopeKind.Any => true,
            ScopeKind.Domain => SitesOf(url.Host).Any(_keys.Contains),
            ScopeKind.Prefix => FoldersOf(url).Any(_keys.Contains),
            _ => _keys.Contains(KeyOf(url)),
        };

    /// <summary>What is compared, of a root.</summary>
    private string KeyOf(Uri url) =>
        _kind switch
        {
            ScopeKind.Any => "",
            ScopeKind.Origin => OriginOf(url),
            ScopeKind.Host => url.Host,
            ScopeKind.Domain => SiteOf(url.Host),
            ScopeKind.Prefix => FoldersOf(url).First(),
            _ => throw new NotSupportedException($"There is no scope {_kind}."),
        };

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>The host without "www.", unless only a top-level domain would be left.</summary>
    private static string SiteOf(string host)
    {
        const string www = "www.";
        var isBelowSite = host.StartsWith(www, StringComparison.Ordinal) && host.IndexOf('.', www.Length) > 0;
        return isBelowSite ? host[www.Length..] : host;
    }

    /// <summary>The host and the sites above it, top-level domains left out. Parts of an address are no root's site.</summary>
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

    /// <summary>The folders that hold the page, with their origin, nearest first. "/docs" lies in "/", "/docs/" in itself.</summary>
    private static IEnumerable<string> FoldersOf(Uri url)
    {
        var origin = OriginOf(url);
        var path = url.AbsolutePath;
        for (var slash = path.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : path.LastIndexOf('/', slash - 1))
            yield return string.Concat(origin, path.AsSpan(0, slash + 1));
    }
}
