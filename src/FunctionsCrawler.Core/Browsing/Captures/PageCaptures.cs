using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Makes the files of a page that was read. The page keeps its content if that fails: because a file would be too large, the
/// page no longer answers, or its renderer crashes. All files of a page together are limited to
/// <see cref="PageLimits.MaxTotalBytes"/>.
/// </summary>
internal sealed class PageCaptures(TabPage page, CaptureOptions options, PageLimits limits)
{
    private static readonly TimeSpan MaxReserve = TimeSpan.FromSeconds(2);

    private readonly List<PageCapture> _captures = [];
    private readonly List<PageWarning> _warnings = [];
    private long _bytesLeft = limits.MaxTotalBytes;

    /// <summary>Adds the files, and what is missing of them, to a visit.</summary>
    /// <param name="visit">The visit of the page that the tab shows.</param>
    /// <param name="clock">The deadline of the visit. Up to two seconds of it are left, so that the content is not lost.</param>
    /// <exception cref="VisitHaltedException">The page exceeded a limit meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The visit was cancelled.</exception>
    public async Task<TabVisit> AddToAsync(TabVisit visit, VisitClock clock)
    {
        _captures.AddRange(visit.Captures);
        _bytesLeft -= visit.Captures.Sum(c => (long)c.Content.Length);
        var quarter = clock.Remaining / 4;
        var inTime = clock.EndingBefore(quarter < MaxReserve ? quarter : MaxReserve);
        if (options.Screenshot is { } screenshot)
            await TryAsync("screenshot", () => PictureAsync(screenshot, inTime)).ConfigureAwait(false);
        if (options.Snapshot != SnapshotKind.None)
            await TryAsync(
                    CrawlRequestValidator.NameOf(options.Snapshot),
                    async () =>
                        Add(
                            await PageSnapshot
                                .TakeAsync(page, options.Snapshot, visit.Html!.Length, _bytesLeft, inTime)
                                .ConfigureAwait(false)
                        )
                )
                .ConfigureAwait(false);
        // Last, because pages may change when they are printed.
        if (options.Pdf)
            await TryAsync(
                    "pdf",
                    async () => Add(await PagePdf.PrintAsync(page, _bytesLeft, inTime).ConfigureAwait(false))
                )
                .ConfigureAwait(false);
        return visit with { Captures = _captures, CaptureWarnings = _warnings };
    }

    private async Task PictureAsync(ScreenshotOptions screenshot, VisitClock clock)
    {
        var plan = await clock.AwaitAsync(PageScreenshot.PlanAsync(page, screenshot)).ConfigureAwait(false);
        if (plan.IsCut)
            Warn(
                PageWarningCode.CaptureTruncated,
                $"The screenshot shows {PageScreenshot.MaxWidth} × {PageScreenshot.MaxHeight} pixels; what is pictured is larger."
            );
        for (var number = 1; number <= plan.Areas.Count; number++)
        {
            var taking = PageScreenshot.TakeAsync(page, screenshot, plan.Areas[number - 1]);
            var picture = await clock.AwaitAsync(taking).ConfigureAwait(false);
            Add(number == 1 ? picture : picture with { Name = $"{picture.Name}-{number}" });
        }
    }

    private void Add(PageCapture capture)
    {
        if (capture.Content.Length > _bytesLeft)
            throw new CaptureFailedException(
                $"{capture.Name} has {capture.Content.Length} bytes; of the {limits.MaxTotalBytes} for all files of a page, {_bytesLeft} are left"
            );
        if (capture.IsCut)
            Warn(
                PageWarningCode.CaptureTruncated,
                $"The artifact {capture.Name} lacks pictures, styles or fonts, with which it would be too large."
            );
        _captures.Add(capture);
        _bytesLeft -= capture.Content.Length;
    }

    private async Task TryAsync(string name, Func<Task> make)
    {
        string reason;
        try
        {
            await make().ConfigureAwait(false);
            return;
        }
        catch (TimeoutException)
        {
            reason = "it was not finished within the time limit of the page";
        }
        catch (Exception e)
            when (e
                    is CaptureFailedException
                        or ProtocolException
                        or RendererCrashedException
                        or BrowserLostException
                        or InvalidDataException
            )
        {
            reason = e.Message.TrimEnd('.');
        }
        Warn(PageWarningCode.CaptureFailed, $"The artifact {name} is missing or incomplete: {reason}.");
    }

    private void Warn(PageWarningCode code, string message) => _warnings.Add(new PageWarning(code, message));
}
