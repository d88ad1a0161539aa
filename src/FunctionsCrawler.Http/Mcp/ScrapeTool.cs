using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Compat;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "scrape": one page as text.</summary>
internal sealed class ScrapeTool(ScrapeService scrapes, CrawlerOptions options, CallsInProgress calls)
    : CrawlTool(Description, calls)
{
    private static readonly Tool Description = new ToolSchema(
        "scrape",
        "Read a web page",
        "Reads one web page, with a browser if it needs one, and returns its main content as Markdown. Long pages are cut; the "
            + "result then says how to get the next part."
    )
        .Text("url", "The page: an absolute http or https URL.", isRequired: true)
        .Flag("main", true, "Only the main content, without navigation and footers. Ignored if formats are given.")
        .Texts(
            "formats",
            "What to return instead of Markdown. html is the page as it was delivered or rendered.",
            PageText.Formats.Keys
        )
        .Text("waitFor", "Waits until the page shows this: a CSS selector, or text: and some text.")
        .Text("selector", "A CSS selector. Only the elements that match it are returned.")
        .Text("after", "Where to continue a page that was cut: the value that the call before returned.")
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var after = TextCursor.Read(arguments);
        var (request, formats) = Translate(arguments);
        if (arguments.FindRefusal(() => FaultsOf(request)) is { } refusal)
            return refusal;
        if (await scrapes.TryScrapeAsync(request, cancellationToken).ConfigureAwait(false) is not { } record)
            return ToolResult.Busy("pages");
        if (record.Error is null)
            return BoundedText.Cut(PageText.Write(record, formats), after);
        var failure = ToolResult.Fault(record.Error);
        // The server may say in the page what is wrong.
        if (record.Error.Code is ErrorCode.Http4xx or ErrorCode.Http5xx)
            failure.Content.Add(
                BoundedText.Cut(PageText.Write(record with { Error = null }, formats), after).Content[0]
            );
        return failure;
    }

    private IEnumerable<RequestFault> FaultsOf(PageRequest request) =>
        [.. CrawlRequestValidator.Validate(request), .. ScriptCheck.FindFaults(request.Page, options)];

    private static (PageRequest Request, IReadOnlyList<PageFormat> Formats) Translate(ToolArguments arguments)
    {
        var fields = arguments.Fields;
        var selector = fields.Text("selector");
        var main = fields.Flag("main", true) && selector is null;
        var formats = ReadFormats(arguments);
        if (formats is [])
            formats = [main ? PageFormat.MainMarkdown : PageFormat.Markdown];
        var request = new PageRequest
        {
            Url = fields.Text("url") ?? "",
            Types = PageKinds.WithText,
            Page = new PageOptions { WaitFor = fields.Text("waitFor") },
            Extract = new ExtractOptions
            {
                // The metadata has the date of the page.
                Formats = [.. formats.Append(PageFormat.Metadata).Distinct()],
                Include = selector is null ? [] : [selector],
            },
        };
        return (request, formats);
    }

    private static List<PageFormat> ReadFormats(ToolArguments arguments)
    {
        var formats = new List<PageFormat>();
        foreach (var name in arguments.Fields.Texts("formats").Distinct(StringComparer.Ordinal))
        {
            if (PageText.Formats.TryGetValue(name, out var format))
                formats.Add(format);
            else
                arguments.Refuse(
                    "formats",
                    $"'{name}' is not a format; {string.Join(", ", PageText.Formats.Keys)} are allowed."
                );
        }
        return formats;
    }
}
