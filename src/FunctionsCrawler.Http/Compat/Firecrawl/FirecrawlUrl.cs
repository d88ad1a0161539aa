namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>URLs as Firecrawl's clients write them.</summary>
internal static class FirecrawlUrl
{
    /// <summary>Puts http:// before a URL without a scheme.</summary>
    public static string WithScheme(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var text = url.Trim();
        return text.Length == 0 || text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
    }
}
