using System.Globalization;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Chooses the URL of an image among its sizes and the attributes that scripts load images from.</summary>
internal static class ImageSource
{
    // Only so many children of a picture are looked at for each of its images.
    private const int MaxSources = 20;

    private static readonly string[] SetAttributes = ["srcset", "data-srcset", "data-lazy-srcset"];
    private static readonly string[] LazyAttributes =
    [
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-lazy",
        "data-original-src",
    ];

    /// <summary>
    /// The URL of the largest size, else that of a lazy attribute, else the source. Null if none is http or https.
    /// </summary>
    public static Uri? Of(IElement image, UrlResolver urls)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(urls);
        var sources = Sources(image)
            .SelectMany(source => SetAttributes.Select(source.GetAttribute))
            .OfType<string>()
            .SelectMany(Candidates)
            .OrderByDescending(candidate => candidate.Size)
            .Select(candidate => candidate.Url)
            .Concat(LazyAttributes.Select(image.GetAttribute).OfType<string>())
            .Append(image.GetAttribute("src") ?? "");
        return sources
            .Where(reference => reference.Length > 0)
            .Select(urls.Resolve)
            .FirstOrDefault(url => url is not null && UrlResolver.IsWeb(url));
    }

    // The sources of a picture element replace those of its image.
    private static IEnumerable<IElement> Sources(IElement image) =>
        image.ParentElement is { LocalName: "picture" } picture
            ? [image, .. picture.Children.Take(MaxSources).Where(child => child.LocalName is "source")]
            : [image];

    /// <summary>The URLs of a srcset attribute (HTML Standard, 4.8.4.3.10) with their widths or densities.</summary>
    internal static IEnumerable<(string Url, double Size)> Candidates(string set)
    {
        var i = 0;
        while (true)
        {
            while (i < set.Length && (PlainText.IsSpace(set[i]) || set[i] == ','))
                i++;
            if (i == set.Length)
                yield break;
            var start = i;
            while (i < set.Length && !PlainText.IsSpace(set[i]))
                i++;
            var url = set[start..i];
            if (url.EndsWith(','))
            {
                yield return (url.TrimEnd(','), 1);
                continue;
            }
            var descriptors = i;
            while (i < set.Length && set[i] != ',')
                i++;
            yield return (url, SizeOf(set.AsSpan(descriptors, i - descriptors).Trim()));
        }
    }

    // Widths and densities do not occur in one set, so that they can share a scale.
    private static double SizeOf(ReadOnlySpan<char> descriptor) =>
        descriptor.Length > 1
        && descriptor[^1] is 'w' or 'x'
        && double.TryParse(descriptor[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var size)
            ? size
            : 1;
}
