using System.Globalization;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Gives images that a script would load late, or that only name candidates, the source that a reader would see in the end.
/// </summary>
internal static class LazyImages
{
    private static readonly string[] SourceNames =
    [
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-lazy",
        "data-original-src",
        "data-actualsrc",
        "data-image",
        "data-url",
        "data-full-src",
    ];

    private static readonly string[] SetNames = ["srcset", "data-srcset", "data-lazy-srcset", "data-original-set"];

    private static readonly string[] PlaceholderNames =
    [
        "placeholder",
        "blank.",
        "spacer.",
        "pixel.",
        "1x1.",
        "transparent.",
        "lazy.",
        "loading.",
        "lazyload",
    ];

    /// <summary>Sets src where it is missing or a placeholder.</summary>
    public static void Resolve(IDocument document)
    {
        foreach (var image in document.QuerySelectorAll("img"))
        {
            if (!IsPlaceholder(image.GetAttribute("src")))
                continue;
            if (OfImage(image) is { } source)
                image.SetAttribute("src", source);
        }
        foreach (var parent in document.QuerySelectorAll("noscript").Select(element => element.Parent).Distinct())
            if (parent is not null)
                TakeFallbacks(parent);
    }

    private static string? OfImage(IElement image)
    {
        foreach (var name in SourceNames)
            if (image.GetAttribute(name) is { } source && !IsPlaceholder(source))
                return source;
        if (OfSet(image) is { } candidate)
            return candidate;
        if (image.ParentElement is not { LocalName: "picture" } picture)
            return null;
        // At most a few sources; the first suits the newest browsers.
        return picture
            .Children.Take(16)
            .Where(child => child.LocalName is "source")
            .Select(OfSet)
            .FirstOrDefault(source => source is not null);
    }

    private static string? OfSet(IElement element)
    {
        foreach (var name in SetNames)
            if (element.GetAttribute(name) is { } set && Largest(set) is { } source && !IsPlaceholder(source))
                return source;
        return null;
    }

    /// <summary>The candidate of a srcset with the largest width or density (HTML standard, 4.8.4.2.1).</summary>
    internal static string? Largest(string set)
    {
        string? best = null;
        var bestSize = double.MinValue;
        var at = 0;
        while (at < set.Length)
        {
            while (at < set.Length && (PlainText.IsSpace(set[at]) || set[at] == ','))
                at++;
            var start = at;
            while (at < set.Length && !PlainText.IsSpace(set[at]))
                at++;
            var url = set[start..at];
            var hasNoDescriptor = url.EndsWith(',');
            url = url.TrimEnd(',');
            start = at;
            if (!hasNoDescriptor)
                while (at < set.Length && set[at] != ',')
                    at++;
            var size = SizeOf(set.AsSpan(start, at - start).Trim());
            if (url.Length > 0 && size > bestSize)
                (best, bestSize) = (url, size);
        }
        return best;
    }

    private static double SizeOf(ReadOnlySpan<char> descriptor)
    {
        if (descriptor.IsEmpty)
            return 1;
        var space = descriptor.IndexOf(' ');
        var first = space < 0 ? descriptor : descriptor[..space];
        return double.TryParse(first[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var size) ? size : 0;
    }

    // Directly behind an image without a source: the same image for readers without scripts.
    private static void TakeFallbacks(INode parent)
    {
        IElement? image = null;
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement element)
                continue;
            if (
                element.LocalName is "noscript"
                && image is not null
                && IsPlaceholder(image.GetAttribute("src"))
                && element.QuerySelector("img") is { } fallback
                && (IsPlaceholder(fallback.GetAttribute("src")) ? OfImage(fallback) : fallback.GetAttribute("src"))
                    is { } source
            )
            {
                image.SetAttribute("src", source);
                if (string.IsNullOrWhiteSpace(image.GetAttribute("alt")) && fallback.GetAttribute("alt") is { } text)
                    image.SetAttribute("alt", text);
            }
            image =
                element.LocalName is "img" ? element
                : element.LocalName is "picture" ? ImageOf(element)
                : null;
        }
    }

    private static IElement? ImageOf(IElement picture) =>
        picture.Children.Take(16).FirstOrDefault(child => child.LocalName is "img");

    private static bool IsPlaceholder(string? source)
    {
        if (string.IsNullOrWhiteSpace(source) || source is "#" or "about:blank" or "//:0")
            return true;
        if (source.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return true;
        var name = source.AsSpan(source.LastIndexOf('/') + 1);
        foreach (var placeholder in PlaceholderNames)
            if (name.StartsWith(placeholder, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
