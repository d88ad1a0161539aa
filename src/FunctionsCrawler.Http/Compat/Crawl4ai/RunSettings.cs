using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>How pages are visited and what is taken from them: a CrawlerRunConfig and a BrowserConfig in our terms.</summary>
internal sealed record RunSettings
{
    // All that a page in a browser of crawl4ai could be, except PDF.
    private static readonly ContentKind[] Types =
    [
        ContentKind.Html,
        ContentKind.Text,
        ContentKind.Markdown,
        ContentKind.Json,
        ContentKind.Feed,
    ];

    public required PageOptions Page { get; init; }

    public required ExtractOptions Extract { get; init; }

    public required ResultShape Shape { get; init; }

    public RenderMode Render { get; init; }

    /// <summary>Which pages are followed from the start page; null to visit single pages.</summary>
    public DeepCrawl? Deep { get; init; }

    /// <summary>Whether the results are sent as they come.</summary>
    public bool Streams { get; init; }

    /// <summary>What links of a page given inline are relative to; null if there is nothing.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Which URLs of several the settings are for.</summary>
    public UrlMatcher Matcher { get; init; } = UrlMatcher.Any;

    /// <summary>The request for one page.</summary>
    public PageRequest ToPage(string url) =>
        new()
        {
            Url = url,
            Render = Render,
            Types = Types,
            Page = Page,
            Extract = Extract,
        };

    /// <summary>The request for pages as one crawl.</summary>
    public CrawlRequest ToCrawl(IReadOnlyList<string> urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        var request = new CrawlRequest
        {
            Mode = CrawlMode.Batch,
            Urls = urls,
            MaxPages = urls.Count,
            Render = Render,
            Types = Types,
            Page = Page,
            Extract = Extract,
        };
        return Deep?.ApplyTo(request) ?? request;
    }
}
