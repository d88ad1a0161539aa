using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "map": the URLs of a site.</summary>
internal sealed class MapTool(MapService maps, CallsInProgress calls) : CrawlTool(Description, calls)
{
    private const int StandardLimit = 200;
    private const int MaxLimit = 100_000;

    private static readonly Tool Description = new ToolSchema(
        "map",
        "List the URLs of a site",
        "Returns the URLs of a web site, one a line, with the text of the link where there is one. They come from its sitemaps and "
            + "the links of the given page; no other page is fetched. Use it to find the page that is worth reading."
    )
        .Text("url", "A page of the site: an absolute http or https URL.", isRequired: true)
        .Text("search", "Words that a URL or the text of its link must contain, all of them.")
        .Number("limit", StandardLimit, 1, MaxLimit, "The most URLs.")
        .Text("after", "Where to continue a list that was cut: the value that the call before returned.")
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var fields = arguments.Fields;
        var after = TextCursor.Read(arguments);
        var request = new MapRequest
        {
            Url = fields.Text("url") ?? "",
            Search = fields.Text("search"),
            Limit = fields.Integer("limit", 1, MaxLimit) ?? StandardLimit,
        };
        if (arguments.FindRefusal(() => DiscoveryValidator.Validate(request)) is { } refusal)
            return refusal;
        if (await maps.TryMapAsync(request, cancellationToken).ConfigureAwait(false) is not { } map)
            return ToolResult.Busy("requests");
        return map is { Links: [], Error: { } error } ? ToolResult.Fault(error) : BoundedText.Cut(Write(map), after);
    }

    private static string Write(SiteMap map)
    {
        var text = new StringBuilder();
        foreach (var link in map.Links)
            text.Append(PageText.Line(link.Url, link.Text)).Append('\n');
        if (map.Links is [])
            text.Append("There are no such URLs.\n");
        if (map.Error is { } error)
            text.Append("[The page itself could not be read: ").Append(error.Message).Append("]\n");
        if (map.IsPartial)
            text.Append("[There may be more URLs: the limit was reached, or time ran out.]\n");
        return text.ToString();
    }
}
