using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Makes a document's URLs absolute, by its first base element (HTML standard, 4.2.3) or else the page's URL.</summary>
internal sealed class UrlResolver
{
    // Menus repeat: an address is parsed once per page.
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
            // An empty reference means the base itself; System.Uri would drop the base's query.
            if (trimmed.Length == 0)
                return _base;
            return Uri.TryCreate(_base, trimmed, out var url) && url.AbsoluteUri.Length > 0 ? url : null;
        }
        catch (UriFormatException)
        {
            // TryCreate accepts some international host names that AbsoluteUri then refuses.
            return null;
        }
    }
}
