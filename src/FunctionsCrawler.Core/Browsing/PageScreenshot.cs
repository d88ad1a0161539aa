namespace FunctionsCrawler.Browsing;

/// <summary>Takes a picture of a whole page.</summary>
internal static class PageScreenshot
{
    // Chromium draws at most 16,384 pixels a side into one picture; 4,000 × 16,384 pixels take 250 MB in the renderer.
    private const double MaxHeight = 16_384;
    private const double MaxWidth = 4_000;

    /// <summary>A PNG of the page, cut off at 4,000 × 16,384 pixels.</summary>
    public static async Task<PageCapture> TakeAsync(TabPage page)
    {
        var (width, height) = await page.MeasureAsync().ConfigureAwait(false);
        var png = await page.CaptureAsync(Math.Clamp(width, 1, MaxWidth), Math.Clamp(height, 1, MaxHeight))
            .ConfigureAwait(false);
        return new PageCapture("screenshot", "image/png", png);
    }
}
