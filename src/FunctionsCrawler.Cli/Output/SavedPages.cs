using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Which file a page is saved in, by its URL and by the URLs that it was redirected from and to.</summary>
/// <param name="rules">The rules by which the crawl normalised URLs.</param>
internal sealed class SavedPages(UrlRules rules)
{
    // Hashes instead of URLs, because a crawl can have millions of pages.
    private readonly Dictionary<UInt128, string> _pages = [];
    private readonly Dictionary<UInt128, string> _others = [];

    /// <summary>Adds a page that has a file.</summary>
    public void Add(PageRecord record, string path)
    {
        _pages.TryAdd(UrlHash.Of(record.Url), path);
        // Browsers keep the fragment in a redirect. Without it the URL would be that of another page.
        var route = FragmentOf(record.Url);
        foreach (var url in record.Redirects.Select(r => r.Url + route).Append(record.FinalUrl))
        {
            if (url is not null && UrlNormalizer.TryNormalize(url, rules, out var normalized, out _))
                _others.TryAdd(UrlHash.Of(normalized), path);
        }
    }

    /// <summary>Where a link leads; null if its page was not saved.</summary>
    /// <param name="url">An absolute URL.</param>
    public SavedPlace? Find(string url)
    {
        if (!UrlNormalizer.TryNormalize(url, rules, out var normalized, out _))
            return null;
        var hash = UrlHash.Of(normalized);
        if ((_pages.GetValueOrDefault(hash) ?? _others.GetValueOrDefault(hash)) is not { } path)
            return null;
        // A route has led to a page of its own, so it is no place in that page.
        return new SavedPlace(path, FragmentOf(normalized).Length > 0 ? "" : FragmentOf(url));
    }

    private static string FragmentOf(string url)
    {
        var mark = url.IndexOf('#', StringComparison.Ordinal);
        return mark < 0 ? "" : url[mark..];
    }
}

/// <summary>A place in a saved page.</summary>
/// <param name="File">The path of the page's file.</param>
/// <param name="Fragment">The fragment with its "#"; empty for the page as a whole.</param>
internal sealed record SavedPlace(string File, string Fragment);
