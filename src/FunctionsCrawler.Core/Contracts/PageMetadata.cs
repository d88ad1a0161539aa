using System.Text.Json;

namespace FunctionsCrawler.Contracts;

/// <summary>Machine-readable metadata of a document.</summary>
public sealed record PageMetadata
{
    /// <summary>The absolute http or https URL of link rel=canonical; null if there is none.</summary>
    public string? Canonical { get; init; }

    /// <summary>
    /// Open Graph properties (https://ogp.me) by name, without the prefix "og:". If a name repeats, the first value is kept.
    /// </summary>
    public IReadOnlyDictionary<string, string> OpenGraph { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The JSON-LD blocks that are valid JSON, in document order.</summary>
    public IReadOnlyList<JsonElement> JsonLd { get; init; } = [];

    /// <summary>
    /// Meta elements (author, keywords, robots, twitter:card, og:title, article:section, …) by their lower-case name, property
    /// or itemprop, except description. If a name repeats, the first value is kept.
    /// </summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>All different values of the names in <see cref="Meta"/> that have several. Null if there are none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Repeated { get; init; }
}
