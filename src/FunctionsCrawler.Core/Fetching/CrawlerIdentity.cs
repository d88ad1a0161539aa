using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Fetching;

/// <summary>How the crawler introduces itself to the sites it visits.</summary>
public sealed record CrawlerIdentity
{
    /// <summary>The name that robots.txt and robots directives know it by (RFC 9309, 2.2.1).</summary>
    public const string ProductToken = "FunctionsCrawler";

    private readonly string? _contact;

    /// <summary>Where the owner of a site finds who runs this crawler: an http or https URL.</summary>
    /// <value>Default null: nobody is named.</value>
    /// <exception cref="ArgumentException">It is no such URL.</exception>
    public string? Contact
    {
        get => _contact;
        init =>
            _contact =
                value is null ? null
                : TryReadContact(value, out var contact, out var fault) ? contact
                : throw new ArgumentException(fault, nameof(value));
    }

    /// <summary>The User-Agent header: "Mozilla/5.0 (compatible; FunctionsCrawler/0.1; +https://example.com/crawler)".</summary>
    public string UserAgent =>
        $"Mozilla/5.0 (compatible; {ProductToken}/0.1{(Contact is null ? "" : $"; +{Contact}")})";

    /// <summary>Reads a contact as a setting names it.</summary>
    /// <param name="text">The setting.</param>
    /// <param name="contact">Its normal form, which has only characters that a User-Agent may have.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static bool TryReadContact(
        string text,
        [NotNullWhen(true)] out string? contact,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (!UrlNormalizer.TryNormalize(text, dropTrackingParameters: false, out contact, out fault))
            return false;
        // They end the comment of a User-Agent (RFC 9110, 5.6.5).
        contact = contact.Replace("(", "%28", StringComparison.Ordinal).Replace(")", "%29", StringComparison.Ordinal);
        return true;
    }
}
