using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Compat;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "screenshot": a page as a picture.</summary>
internal sealed class ScreenshotTool(ScrapeService scrapes, CrawlerOptions options, CallsInProgress calls)
    : CrawlTool(Description, calls)
{
    // Models take pictures of up to 5 MB in base64.
    private const int MaxBytes = 3_700_000;

    private static readonly Tool Description = new ToolSchema(
        "screenshot",
        "Picture a web page",
        "Opens a web page in a browser and returns a picture of it (JPEG). For the text of a page, use scrape."
    )
        .Text("url", "The page: an absolute http or https URL.", isRequired: true)
        .Flag("fullPage", false, "The whole page instead of what a window of 1280 × 720 shows.")
        .Text("waitFor", "Waits until the page shows this: a CSS selector, or text: and some text.")
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var fields = arguments.Fields;
        var request = new PageRequest
        {
            Url = fields.Text("url") ?? "",
            Page = new PageOptions
            {
                WaitFor = fields.Text("waitFor"),
                Screenshot = new ScreenshotOptions
                {
                    FullPage = fields.Flag("fullPage", false),
                    Format = PictureFormat.Jpeg,
                },
            },
            Extract = new ExtractOptions { Formats = [PageFormat.Metadata] },
        };
        if (arguments.FindRefusal(() => FaultsOf(request)) is { } refusal)
            return refusal;
        return await scrapes.TryScrapeAsync(request, cancellationToken).ConfigureAwait(false) is { } record
            ? ToResult(record)
            : ToolResult.Busy("pages");
    }

    private IEnumerable<RequestFault> FaultsOf(PageRequest request) =>
        [.. CrawlRequestValidator.Validate(request), .. ScriptCheck.FindFaults(request.Page, options)];

    private static CallToolResult ToResult(PageRecord record)
    {
        var content = new List<ContentBlock>();
        var left = MaxBytes;
        foreach (var picture in record.Artifacts?.Values ?? [])
        {
            if (picture.Data is not { } data || data.Length > left)
                continue;
            left -= data.Length;
            content.Add(ImageContentBlock.FromBytes(data, picture.ContentType));
        }
        if (content is [])
            return record.Error is { } error ? ToolResult.Fault(error)
                : record.Artifacts is { Count: > 0 }
                    ? ToolResult.Fault("too_large", "The picture is too large for a result; leave out fullPage.")
                : ToolResult.Fault("no_picture", "The browser took no picture of the page.");
        var pictures = record.Artifacts!.Count;
        if (content.Count < pictures)
            content.Add(
                new TextContentBlock
                {
                    Text = $"[The page has {pictures} pictures; those that were too large for a result are left out.]",
                }
            );
        if (record.Error is { } failure)
            content.Add(new TextContentBlock { Text = $"{PageKinds.NameOf(failure.Code)}: {failure.Message}" });
        return new CallToolResult { Content = content, IsError = record.Error is not null };
    }
}
