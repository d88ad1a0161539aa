using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Which pages are visited from a start page: a deep crawl strategy in our terms.</summary>
internal sealed record DeepCrawl
{
    /// <summary>The number of pages if a strategy has no limit.</summary>
    public const int MaxPagesWithoutLimit = 100_000;

    public int MaxDepth { get; init; }

    public int MaxPages { get; init; } = MaxPagesWithoutLimit;

    public bool IncludesExternal { get; init; }

    public CrawlOrder Order { get; init; }

    public IReadOnlyList<string> Keywords { get; init; } = [];

    public IReadOnlyList<string> Include { get; init; } = [];

    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>The crawl that visits these pages.</summary>
    public CrawlRequest ApplyTo(CrawlRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request with
        {
            Mode = CrawlMode.Recursive,
            MaxDepth = MaxDepth,
            MaxPages = MaxPages,
            // Subdomains are internal.
            Scope = IncludesExternal ? ScopeKind.Any : ScopeKind.Domain,
            Order = Order,
            Keywords = Keywords,
            Include = Include,
            Exclude = Exclude,
        };
    }
}
