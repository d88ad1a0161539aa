using System.Globalization;
using AngleSharp.Dom;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction;

/// <summary>Collects the images of a document.</summary>
internal static class ImageReader
{
    private const int MaxImages = 5000;

    /// <summary>The images in document order, each URL once, and whether there are more than 5,000.</summary>
    public static (IReadOnlyList<PageImage> Images, bool HasMore) Read(IDocument document, UrlResolver urls)
    {
        ArgumentNullException.ThrowIfNull(document);
        var images = new List<PageImage>();
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        // Also in noscript elements, which hold the images that scripts load later.
        foreach (var element in document.QuerySelectorAll("img"))
        {
            var (width, height) = (SizeOf(element, "width"), SizeOf(element, "height"));
            // Images of one pixel only count visitors.
            if (width <= 1 && height <= 1 || ImageSource.Of(element, urls) is not { } url)
                continue;
            var alt = PlainText.Collapse(element.GetAttribute("alt") ?? "");
            if (indexes.TryGetValue(url.AbsoluteUri, out var index))
            {
                if (images[index].Alt.Length == 0)
                    images[index] = images[index] with { Alt = alt };
                continue;
            }
            if (images.Count == MaxImages)
                return (images, true);
            indexes.Add(url.AbsoluteUri, images.Count);
            images.Add(new PageImage(url.AbsoluteUri, alt) { Width = width, Height = height });
        }
        return (images, false);
    }

    // Old pages write "100px".
    private static int? SizeOf(IElement image, string attribute)
    {
        var text = image.GetAttribute(attribute)?.Trim() ?? "";
        if (text.EndsWith("px", StringComparison.OrdinalIgnoreCase))
            text = text[..^2];
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
    }
}
