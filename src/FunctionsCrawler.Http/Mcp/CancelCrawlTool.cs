using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "crawl_cancel": ends a crawl early.</summary>
internal sealed class CancelCrawlTool(CrawlService crawls, CallsInProgress calls) : CrawlTool(Description, calls)
{
    private static readonly Tool Description = new ToolSchema(
        "crawl_cancel",
        "Cancel a crawl",
        "Ends a crawl early. The pages that were read before remain readable with crawl_status."
    )
    {
        IsReadOnly = false,
        IsDestructive = true,
        IsOpenWorld = false,
    }
        .Text("id", "The id that crawl returned.", isRequired: true)
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var id = arguments.Fields.Text("id") ?? "";
        if (arguments.FindRefusal() is { } refusal)
            return refusal;
        if (!CrawlLayout.IsId(id))
            return ToolResult.NoCrawl(id);
        return await crawls.CancelAsync(id, cancellationToken).ConfigureAwait(false) switch
        {
            CommandResult.Done => ToolResult.Text($"The crawl {id} is being cancelled; it ends within seconds."),
            CommandResult.WrongState => ToolResult.Fault("already_ended", $"The crawl {id} has already ended."),
            _ => ToolResult.NoCrawl(id),
        };
    }
}
