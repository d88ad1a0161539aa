using System.Text.Json.Nodes;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>Prints a page.</summary>
internal static class PagePdf
{
    // Of one answer of the browser, before base64.
    private const int PieceBytes = 1024 * 1024;

    /// <summary>Prints the page with its backgrounds, on paper of the size that its style sheets say, or else Letter.</summary>
    /// <param name="page">The page.</param>
    /// <param name="maxBytes">How large the PDF may be.</param>
    /// <param name="clock">The deadline.</param>
    /// <exception cref="CaptureFailedException">The PDF is larger.</exception>
    public static async Task<PageCapture> PrintAsync(TabPage page, long maxBytes, VisitClock clock)
    {
        var printing = page.SendAsync(
            "Page.printToPDF",
            new JsonObject
            {
                ["printBackground"] = true,
                ["preferCSSPageSize"] = true,
                ["transferMode"] = "ReturnAsStream",
            }
        );
        var answer = await clock.AwaitAsync(printing).ConfigureAwait(false);
        var handle = answer.GetProperty("stream").GetString()!;
        try
        {
            return new PageCapture("pdf", "application/pdf", await ReadAsync().ConfigureAwait(false));
        }
        finally
        {
            page.SendAsync("IO.close", new JsonObject { ["handle"] = handle }).Observe();
        }

        async Task<byte[]> ReadAsync()
        {
            using var content = new MemoryStream();
            while (true)
            {
                var reading = page.SendAsync("IO.read", new JsonObject { ["handle"] = handle, ["size"] = PieceBytes });
                var piece = await clock.AwaitAsync(reading).ConfigureAwait(false);
                content.Write(piece.GetProperty("data").GetBytesFromBase64());
                if (content.Length > maxBytes)
                    throw new CaptureFailedException($"it has more than the {maxBytes} bytes that are left");
                if (piece.GetProperty("eof").GetBoolean())
                    return content.ToArray();
            }
        }
    }
}
