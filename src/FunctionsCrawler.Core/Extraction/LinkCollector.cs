using AngleSharp.Dom;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Extraction;

/// <summary>Collects the links that a crawler may follow, including those in hidden elements and the documents of frames.</summary>
internal static class LinkCollector
{
    /// <returns>The links, and whether there are more than <paramref name="maxLinks"/>.</returns>
    public static (IReadOnlyList<PageLink> Links, bool HasMore) Collect(
        IDocument document,
        Uri pageUrl,
        UrlResolver urls,
        int maxLinks
    )
    {
        var own = AddressOf(pageUrl);
        var links = new List<PageLink>();
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var anchor in document.QuerySelectorAll("a[href], area[href], frame[src], iframe[src]"))
        {
            var isFrame = anchor.LocalName is "frame" or "iframe";
            if (urls.Resolve(anchor.GetAttribute(isFrame ? "src" : "href")) is not { } url || !UrlResolver.IsWeb(url))
                continue;
            var address = AddressOf(url);
            if (string.Equals(address, own, StringComparison.Ordinal))
                continue;
            if (!indexes.TryGetValue(address, out var index))
            {
                if (links.Count == maxLinks)
                    return (links, true);
                indexes.Add(address, links.Count);
                var isInternal = string.Equals(url.IdnHost, pageUrl.IdnHost, StringComparison.OrdinalIgnoreCase);
                links.Add(new PageLink(address, TextOf(anchor), isInternal));
            }
            else if (links[index].Text.Length == 0)
                links[index] = links[index] with { Text = TextOf(anchor) };
        }
        return (links, false);
    }

    private static string TextOf(IElement anchor) =>
        anchor.LocalName switch
        {
            "area" => PlainText.Collapse(anchor.GetAttribute("alt") ?? ""),
            "frame" or "iframe" => PlainText.Collapse(
                anchor.GetAttribute("title") ?? anchor.GetAttribute("name") ?? ""
            ),
            _ => PlainText.Of(anchor),
        };

    // A fragment is a place in a page, unless it is a route of an application.
    private static string AddressOf(Uri url)
    {
        var address = url.AbsoluteUri;
        var hash = address.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 || UrlRules.IsRoute(address[hash..]) ? address : address[..hash];
    }
}
