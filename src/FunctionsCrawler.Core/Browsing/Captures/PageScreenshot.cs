using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Takes pictures of a page. A tall page takes several, because Chromium draws no picture above 16,384 pixels.</summary>
internal static class PageScreenshot
{
    /// <summary>The height up to which a page is pictured.</summary>
    public const double MaxHeight = 100_000;

    /// <summary>The width up to which a page is pictured.</summary>
    public const double MaxWidth = 4_000;

    private const int DefaultQuality = 80;
    private const string ScrollToTop = "(scrollTo({ left: 0, top: 0, behavior: 'instant' }), true)";

    // A WebP has at most 16,383 pixels a side. Each pixel takes four bytes in the renderer, and up to three in the file.
    private const double MaxSide = 16_000;
    private const double MaxPixels = 24_000_000;

    /// <summary>Takes one picture: of an element, of what the window shows, or of the page, cut off where a second one would begin.</summary>
    /// <exception cref="CaptureFailedException">There is no such element, or it has no size.</exception>
    /// <exception cref="Engines.ProtocolException">Chromium cannot take the picture.</exception>
    public static async Task<PageCapture> TakeAsync(TabPage page, ScreenshotOptions options)
    {
        var plan = await PlanAsync(page, options).ConfigureAwait(false);
        return await TakeAsync(page, options, plan.Areas[0]).ConfigureAwait(false);
    }

    /// <summary>Determines which pictures are needed.</summary>
    /// <exception cref="CaptureFailedException">There is no such element, or it has no size.</exception>
    public static async Task<PicturePlan> PlanAsync(TabPage page, ScreenshotOptions options)
    {
        // What is fixed to the window, such as a header, then stands where a reader sees it first, not in the middle of the page.
        if (options is { FullPage: true, Selector: null })
            await page.EvaluateAsync(ScrollToTop).ConfigureAwait(false);
        var metrics = await page.SendAsync("Page.getLayoutMetrics").ConfigureAwait(false);
        var css = metrics.GetProperty("cssContentSize");
        var (width, height) = (css.GetProperty("width").GetDouble(), css.GetProperty("height").GetDouble());
        var scale = page.Identity.Scale;
        if (options.Selector is { } selector)
            return Split(await FindAsync(page, selector).ConfigureAwait(false), scale);
        return options.FullPage
            ? Split(new PictureArea(0, 0, Math.Max(1, width), Math.Max(1, height)), scale)
            : new PicturePlan([null], IsCut: false);
    }

    /// <summary>Takes the picture of an area; null is what the window shows.</summary>
    /// <exception cref="Engines.ProtocolException">Chromium cannot take the picture.</exception>
    public static async Task<PageCapture> TakeAsync(TabPage page, ScreenshotOptions options, PictureArea? area)
    {
        var format = CrawlRequestValidator.NameOf(options.Format);
        var parameters = new JsonObject { ["format"] = format };
        if (options.Format != PictureFormat.Png)
            parameters["quality"] = options.Quality ?? DefaultQuality;
        if (area is { } part)
        {
            parameters["captureBeyondViewport"] = true;
            parameters["clip"] = new JsonObject
            {
                ["x"] = part.X,
                ["y"] = part.Y,
                ["width"] = part.Width,
                ["height"] = part.Height,
                ["scale"] = 1,
            };
        }
        var picture = await page.SendAsync("Page.captureScreenshot", parameters).ConfigureAwait(false);
        return new PageCapture("screenshot", $"image/{format}", picture.GetProperty("data").GetBytesFromBase64());
    }

    private static PicturePlan Split(PictureArea all, double scale)
    {
        var width = Math.Min(all.Width, MaxWidth);
        var height = Math.Min(all.Height, MaxHeight);
        var step = Math.Max(1, Math.Floor(Math.Min(MaxSide, MaxPixels / (width * scale)) / scale));
        var areas = new List<PictureArea?>();
        for (var y = 0.0; y < height; y += step)
            areas.Add(new PictureArea(all.X, all.Y + y, width, Math.Min(step, height - y)));
        return new PicturePlan(areas, IsCut: all.Width > MaxWidth || all.Height > MaxHeight);
    }

    private static async Task<PictureArea> FindAsync(TabPage page, string selector)
    {
        var css = PageCondition.Parse(selector).Value;
        var found = await page.EvaluateAsync(Locate(css)).ConfigureAwait(false);
        if (found.ValueKind != JsonValueKind.Array)
            throw new CaptureFailedException($"the page has no element {selector}{found.GetString()}");
        double[] box = [.. found.EnumerateArray().Select(n => n.GetDouble())];
        return box[2] < 1 || box[3] < 1
            ? throw new CaptureFailedException($"the element {selector} has no size")
            : new PictureArea(box[0], box[1], box[2], box[3]);
    }

    // Evaluates to the place and size of the first element that matches, or to what is wrong with the selector.
    private static string Locate(string selector) =>
        $$"""
            (() => {
              const maxElements = 100000;
              try {
                for (const root of {{TabScripts.Roots}}(maxElements)) {
                  const element = root.querySelector({{JsonValue.Create(selector).ToJsonString()}});
                  if (!element) continue;
                  const box = element.getBoundingClientRect();
                  return [box.left + scrollX, box.top + scrollY, box.width, box.height];
                }
                return '';
              } catch (error) { return ': ' + error.message; }
            })()
            """;
}

/// <summary>A part of a page, in CSS pixels.</summary>
internal readonly record struct PictureArea(double X, double Y, double Width, double Height);

/// <summary>The pictures that show a page.</summary>
/// <param name="Areas">The area of each, from top to bottom; null is what the window shows.</param>
/// <param name="IsCut">Whether the page is larger than all of them.</param>
internal sealed record PicturePlan(IReadOnlyList<PictureArea?> Areas, bool IsCut);
