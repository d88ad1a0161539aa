using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>The links a crawler may follow, also those a reader does not see.</summary>
internal static class LinkCollector
{
    /// <returns>The links, and whether there are more than <paramref name="most"/>.</returns>
    public static (IReadOnlyList<PageLink> Links, bool More) Collect(
        IDocument document,
        Uri pageUrl,
        UrlResolver urls,
        int most
    )
    {
        var own = WithoutFragment(pageUrl);
        var links = new List<PageLink>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var anchor in document.QuerySelectorAll("a[href], area[href]"))
        {
            if (urls.Resolve(anchor.GetAttribute("href")) is not { } url || !UrlResolver.IsWeb(url))
                continue;
            var address = WithoutFragment(url);
            if (string.Equals(address, own, StringComparison.Ordinal))
                continue;
            if (!places.TryGetValue(address, out var place))
            {
                if (links.Count == most)
                    return (links, true);
                places.Add(address, links.Count);
                var host = string.Equals(url.IdnHost, pageUrl.IdnHost, StringComparison.OrdinalIgnoreCase);
                links.Add(new PageLink(address, TextOf(anchor), host));
            }
            else if (links[place].Text.Length == 0)
                links[place] = links[place] with { Text = TextOf(anchor) };
        }
        return (links, false);
    }

    private static string TextOf(IElement anchor) =>
        string.Equals(anchor.LocalName, "area", StringComparison.Ordinal)
            ? PlainText.Collapse(anchor.GetAttribute("alt") ?? "")
            : PlainText.Of(anchor);

    private static string WithoutFragment(Uri url)
    {
        var address = url.AbsoluteUri;
        var hash = address.IndexOf('#', StringComparison.Ordinal);
        return hash < 0 ? address : address[..hash];
    }
}
