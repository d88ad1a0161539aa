namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>URLs as crawl4ai's clients write them.</summary>
internal static class Crawl4aiUrl
{
    /// <summary>Puts https:// before a URL without a scheme. Results have this URL.</summary>
    public static string WithScheme(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return
            url.Length == 0
            || url.Contains("://", StringComparison.Ordinal)
            || url.StartsWith(InlinePage.Prefix, StringComparison.Ordinal)
            ? url
            : $"https://{url.Trim()}";
    }
}
