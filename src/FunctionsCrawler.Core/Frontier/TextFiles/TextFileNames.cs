namespace FunctionsCrawler.Frontier;

/// <summary>Recognises files for language models by their names (https://llmstxt.org).</summary>
internal static class TextFileNames
{
    /// <summary>Whether a URL is that of a list of links for language models: llms.txt in any folder, or a .txt below /llms/.</summary>
    public static bool IsLlms(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return NameOf(url).Equals("llms.txt", StringComparison.OrdinalIgnoreCase)
            || (
                url.AbsolutePath.Contains("/llms/", StringComparison.OrdinalIgnoreCase)
                && url.AbsolutePath.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)
                && !IsLlmsFull(url)
            );
    }

    /// <summary>Whether a URL is that of a site's whole text for language models: llms-full.txt in any folder.</summary>
    public static bool IsLlmsFull(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return NameOf(url).Equals("llms-full.txt", StringComparison.OrdinalIgnoreCase);
    }

    private static string NameOf(Uri url) => url.AbsolutePath[(url.AbsolutePath.LastIndexOf('/') + 1)..];
}
