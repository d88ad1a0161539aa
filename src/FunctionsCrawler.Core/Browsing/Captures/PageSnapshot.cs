using System.Text;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Snapshots;

namespace FunctionsCrawler.Browsing;

/// <summary>Copies a page with all that it shows into one file.</summary>
internal static class PageSnapshot
{
    /// <summary>Takes the copy.</summary>
    /// <param name="page">The page.</param>
    /// <param name="kind">The kind of file.</param>
    /// <param name="htmlLength">The number of characters of the page's HTML.</param>
    /// <param name="maxBytes">How large the file may be.</param>
    /// <param name="clock">The deadline.</param>
    /// <exception cref="CaptureFailedException">The file would be larger.</exception>
    public static async Task<PageCapture> TakeAsync(
        TabPage page,
        SnapshotKind kind,
        int htmlLength,
        long maxBytes,
        VisitClock clock
    )
    {
        // Chromium sends it in one message, whose size is not known before. What the page has loaded is.
        if (htmlLength + page.Traffic.TotalBytes > maxBytes)
            throw new CaptureFailedException($"the page has more than the {maxBytes} bytes that are left");
        var taking = page.SendAsync("Page.captureSnapshot", new JsonObject { ["format"] = "mhtml" });
        var answer = await clock.AwaitAsync(taking).ConfigureAwait(false);
        var mhtml = Encoding.UTF8.GetBytes(answer.GetProperty("data").GetString()!);
        if (kind == SnapshotKind.Mhtml)
            return new PageCapture("mhtml", "multipart/related", mhtml);
        var writer = new SnapshotWriter(MhtmlArchive.Parse(mhtml), maxBytes);
        return new PageCapture("html", "text/html", Encoding.UTF8.GetBytes(writer.Write())) { IsCut = writer.IsCut };
    }
}
