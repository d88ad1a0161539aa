using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Resolves the URLs of a document against its first base element (HTML standard, 4.2.3), or else against the page's URL.
/// </summary>
internal sealed class UrlResolver
{
    // Pages repeat links, for example in menus; each distinct reference is parsed once.
    private readonly Dictionary<string, Uri?> _resolved = new(StringComparer.Ordinal);
    private readonly Uri _base;

    public UrlResolver(IDocument document, Uri pageUrl)
    {
        _base = pageUrl;
        if (Resolve(document.QuerySelector("base[href]")?.GetAttribute("href")) is { } declared && IsWeb(declared))
        {
            _base = declared;
            _resolved.Clear();
        }
    }

    public static bool IsWeb(Uri url) => url.Scheme is "http" or "https";

    public Uri? Resolve(string? reference)
    {
        if (reference is null)
            return null;
        if (!_resolved.TryGetValue(reference, out var url))
            _resolved[reference] = url = Parse(reference);
        return url;
    }

    private Uri? Parse(string reference)
    {
        var trimmed = reference.Trim(' ', '\t', '\n', '\r', '\f');
        if (trimmed.AsSpan().IndexOfAny('\t', '\n', '\r') >= 0)
            trimmed = string.Concat(trimmed.Split('\t', '\n', '\r'));
        try
        {
            // An empty reference resolves to the base, including its query, which System.Uri would drop.
            if (trimmed.Length == 0)
                return _base;
            return Uri.TryCreate(_base, trimmed, out var url) && url.AbsoluteUri.Length > 0 ? url : null;
        }
        catch (UriFormatException)
        {
            // TryCreate accepts some international host names for which AbsoluteUri throws.
            return null;
        }
    }
}
