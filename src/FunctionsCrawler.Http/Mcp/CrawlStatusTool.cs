using System.Globalization;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Mcp;

/// <summary>The tool "crawl_status": the progress of a crawl, and its pages after a cursor, up to a number of bytes.</summary>
internal sealed class CrawlStatusTool(CrawlService crawls, CallsInProgress calls) : CrawlTool(Description, calls)
{
    private static readonly Tool Description = new ToolSchema(
        "crawl_status",
        "Progress and pages of a crawl",
        "Returns how far a crawl is, and its pages as Markdown, as far as they are finished. The result ends with the value of \"after\" "
            + "for the next call, which returns the pages that follow. Wait some seconds between calls while the crawl runs."
    )
    {
        IsOpenWorld = false,
    }
        .Text("id", "The id that crawl returned.", isRequired: true)
        .Text("after", "Returns only what follows: the value that the call before returned.")
        .ToTool();

    /// <inheritdoc/>
    protected override async Task<CallToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var id = arguments.Fields.Text("id") ?? "";
        var after = PagePosition.Read(arguments);
        if (arguments.FindRefusal() is { } refusal)
            return refusal;
        // Before the pages: if the crawl has ended by now, all of them can be read.
        if (
            !CrawlLayout.IsId(id)
            || await crawls.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } status
        )
            return ToolResult.NoCrawl(id);
        var text = new StringBuilder(Describe(status));
        var records = crawls.ReadPagesAsync(id, after.Record ?? RecordCursor.Start, cancellationToken);
        var next = await new PageParts(text, after).AddAsync(records).ConfigureAwait(false);
        return Finish(text, status, next ?? (status.HasEnded ? null : after.ToString()));
    }

    private static CallToolResult Finish(StringBuilder text, CrawlStatus status, string? next)
    {
        if (next is null)
            return ToolResult.Text(text.Append("\n[There are no more pages.]").ToString());
        var hint = next.Length > 0 ? $"make the same call with \"after\": \"{next}\"" : "make the same call again";
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n[For {(status.HasEnded ? "the pages that follow" : "further pages")}, {hint}.]"
        );
        return ToolResult.Text(text.ToString(), next.Length > 0 ? next : null);
    }

    private static string Describe(CrawlStatus status)
    {
        var progress = status.Progress;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Crawl {status.Id}: {CrawlRequestValidator.NameOf(status.State)}, {progress.Percent}% done, {progress.Succeeded} pages read, {progress.Failed} failed, {progress.Queued} waiting\n"
        );
        return status.Reason is { } reason ? $"{text}{reason.ReplaceLineEndings(" ")}\n" : text;
    }
}
