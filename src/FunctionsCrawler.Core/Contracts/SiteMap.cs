namespace FunctionsCrawler.Contracts;

/// <summary>The URLs of a site.</summary>
public sealed record SiteMap
{
    /// <summary>The page that was asked for, normalised.</summary>
    public required string Url { get; init; }

    /// <summary>The URLs, each once: those of sitemaps in their order, then those that the page links to.</summary>
    public required IReadOnlyList<MappedUrl> Links { get; init; }

    /// <summary>The sitemaps that were read, with the reason for those that could not be.</summary>
    public IReadOnlyList<MappedSitemap> Sitemaps { get; init; } = [];

    /// <summary>Whether there may be more URLs: a limit was reached, or time ran out.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Why the page itself could not be read; null if it could, or was not needed.</summary>
    public PageError? Error { get; init; }
}

/// <summary>A URL of a site.</summary>
/// <param name="Url">The normalised URL.</param>
public sealed record MappedUrl(string Url)
{
    /// <summary>The text of the page's link to it. Null if it was found in a sitemap.</summary>
    public string? Text { get; init; }

    /// <summary>When the page changed last, according to the sitemap. Null if unknown.</summary>
    public DateTimeOffset? LastMod { get; init; }
}

/// <summary>A sitemap that was read.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Entries">The number of its entries, sitemaps included.</param>
public sealed record MappedSitemap(string Url, int Entries)
{
    /// <summary>Why it could not be read, or not entirely. Null if it could.</summary>
    public PageError? Error { get; init; }
}
