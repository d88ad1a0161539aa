using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "crawl": starts a crawl and returns its id at once.</summary>
internal sealed class StartCrawlTool(CrawlService crawls, TimeProvider time, CallsInProgress calls)
    : CrawlTool(Description, calls)
{
    private const int StandardLimit = 20;
    private const int MaxLimit = 10_000_000;
    private const int StandardDepth = 3;
    private const int MaxDepth = 1000;

    private static readonly Tool Description = new ToolSchema(
        "crawl",
        "Crawl a web site",
        "Starts to read many pages of a web site: the given one and what it links to, on the same host. Returns an id at once; "
            + "crawl_status then returns the progress and the pages as Markdown. To read one page, use scrape."
    )
    {
        IsReadOnly = false,
        IsIdempotent = false,
    }
        .Text("url", "The page to start from: an absolute http or https URL.", isRequired: true)
        .Number("limit", StandardLimit, 1, MaxLimit, "The most pages.")
        .Number(
            "depth",
            StandardDepth,
            0,
            MaxDepth,
            "How many links away from the start pages may be; 0 is only the start page."
        )
        .Texts(
            "include",
            "Follows only links that match one of these: globs such as /docs/**, or regular expressions after re:."
        )
        .Texts("exclude", "Does not follow links that match one of these.")
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var fields = arguments.Fields;
        var request = new CrawlRequest
        {
            Mode = CrawlMode.Auto,
            Urls = [fields.Text("url") ?? ""],
            MaxPages = fields.Integer("limit", 1, MaxLimit) ?? StandardLimit,
            MaxDepth = fields.Integer("depth", 0, MaxDepth) ?? StandardDepth,
            Include = fields.Texts("include"),
            Exclude = fields.Texts("exclude"),
            Extract = new ExtractOptions { Formats = [PageFormat.MainMarkdown] },
        };
        if (arguments.FindRefusal(() => CrawlRequestValidator.Validate(request)) is { } refusal)
            return refusal;
        var id = CrawlIds.New(time);
        return await crawls.AcceptAsync(id, request, cancellationToken).ConfigureAwait(false) switch
        {
            Acceptance.Accepted or Acceptance.Existing => ToolResult.Text(
                $"id: {id}\nThe crawl has started. Call crawl_status with this id for its progress and its pages."
            ),
            _ => ToolResult.Busy("crawls"),
        };
    }
}
