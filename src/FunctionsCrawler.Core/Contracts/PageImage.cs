namespace FunctionsCrawler.Contracts;

/// <summary>An image of a page.</summary>
/// <param name="Url">
/// The absolute http or https URL. Of several sizes (srcset), the largest; of an image that scripts load later, the one in its
/// data attributes.
/// </param>
/// <param name="Alt">The alternative text, with white space collapsed. May be empty.</param>
public sealed record PageImage(string Url, string Alt)
{
    /// <summary>The width attribute in CSS pixels. Null if there is none.</summary>
    public int? Width { get; init; }

    /// <summary>The height attribute in CSS pixels. Null if there is none.</summary>
    public int? Height { get; init; }
}
