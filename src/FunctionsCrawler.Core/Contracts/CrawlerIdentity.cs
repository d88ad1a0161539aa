using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Contracts;

/// <summary>How the crawler identifies itself to the sites it visits.</summary>
internal sealed record CrawlerIdentity
{
    /// <summary>The crawler's name in robots.txt and robots directives (RFC 9309, 2.2.1).</summary>
    public const string ProductToken = "FunctionsCrawler";

    /// <summary>The product of the User-Agent (RFC 9110, 10.1.5): name and version, such as "FunctionsCrawler/0.1".</summary>
    public static string Product { get; } = $"{ProductToken}/{CrawlerVersion.Product}";

    private readonly string? _contact;

    /// <summary>The URL of a page that tells site owners who runs this crawler. Part of <see cref="UserAgent"/>.</summary>
    /// <value>An absolute http or https URL. Default null: no contact is sent.</value>
    /// <exception cref="ArgumentException">The value is not an absolute http or https URL.</exception>
    public string? Contact
    {
        get => _contact;
        init =>
            _contact =
                value is null ? null
                : TryReadContact(value, out var contact, out var fault) ? contact
                : throw new ArgumentException(fault, nameof(value));
    }

    /// <summary>
    /// The value of the User-Agent header, such as
    /// "Mozilla/5.0 (compatible; FunctionsCrawler/0.1; +https://example.com/crawler)".
    /// </summary>
    public string UserAgent => $"Mozilla/5.0 (compatible; {Product}{(Contact is null ? "" : $"; +{Contact}")})";

    /// <summary>Parses and normalises a contact URL.</summary>
    /// <param name="text">The URL, as configured.</param>
    /// <param name="contact">
    /// The normalised URL, with parentheses escaped so that it is valid in a User-Agent; null on failure.
    /// </param>
    /// <param name="fault">One line that says what is wrong; null on success.</param>
    public static bool TryReadContact(
        string text,
        [NotNullWhen(true)] out string? contact,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (!UrlNormalizer.TryNormalize(text, dropTrackingParameters: false, out contact, out fault))
            return false;
        // Parentheses would end the comment of the User-Agent (RFC 9110, 5.6.5).
        contact = contact.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
        return true;
    }
}
