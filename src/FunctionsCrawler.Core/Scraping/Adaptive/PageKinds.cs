using FunctionsCrawler.Extraction.Rendering;

namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>The kinds of pages that lessons are about.</summary>
internal static class PageKinds
{
    /// <summary>Pages of a host that run the same scripts and have the same evidence.</summary>
    public static string OfSigns(Uri url, RenderSigns signs) => $"{url.Authority} {signs.Scripts} {signs.Evidence}";

    /// <summary>
    /// Pages of a host whose URLs have the same shape: the path without its last segment, and with # for segments that contain
    /// digits. Known before a page is fetched.
    /// </summary>
    public static string OfShape(Uri url)
    {
        var segments = url.AbsolutePath.Split('/');
        for (var i = 1; i < segments.Length - 1; i++)
            if (segments[i].Any(char.IsAsciiDigit))
                segments[i] = "#";
        segments[^1] = "*";
        return url.Authority + string.Join('/', segments);
    }
}
