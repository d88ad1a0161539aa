using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Takes a picture of what a page shows when its visit fails. All of it happens within the time limit of the visit: shortly before
/// that passes, a picture is taken in any case, because there is no time for one afterwards. So it neither changes how a visit
/// ends nor makes it take longer.
/// </summary>
/// <param name="page">The page.</param>
/// <param name="closed">Completes when the page is lost.</param>
/// <param name="maxBytes">How large the picture may be.</param>
/// <param name="clock">The deadline of the visit.</param>
/// <param name="time">The clock.</param>
internal sealed class FailurePicture(
    TabPage page,
    Task<Exception> closed,
    long maxBytes,
    VisitClock clock,
    TimeProvider time
)
{
    /// <summary>The name of the artifact.</summary>
    public const string Name = "failure";

    private static readonly ScreenshotOptions Window = new() { FullPage = false };
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(500);

    private volatile PageCapture? _early;

    private bool HasDocument => page.Traffic.Documents is [.., { Status: < 300 or >= 400 }];

    /// <summary>Takes a picture shortly before the deadline. Does not throw if the visit ends or its page is lost before.</summary>
    public async Task WatchAsync(CancellationToken visitEnded)
    {
        try
        {
            var quarter = clock.Remaining / 4;
            var before = clock.Remaining - (quarter < MaxTime ? quarter : MaxTime);
            if (before > TimeSpan.Zero)
                await Task.Delay(before, time, visitEnded).ConfigureAwait(false);
            if (!HasDocument)
                return;
            var taking = PageScreenshot.TakeAsync(page, Window, null);
            taking.Observe();
            _early = await taking.WaitAsync(visitEnded).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e
                    is OperationCanceledException
                        or ProtocolException
                        or RendererCrashedException
                        or BrowserLostException
            )
        {
            // The visit has ended or its page is lost; the visit itself reports that.
        }
    }

    /// <summary>Adds the picture to a visit that has failed, or a warning that there is none.</summary>
    /// <exception cref="OperationCanceledException">The visit was cancelled.</exception>
    public async Task<TabVisit> AddToAsync(TabVisit visit, CancellationToken cancellationToken)
    {
        if (!HasFailed(visit.End) || !HasDocument)
            return visit;
        var picture = await TryTakeAsync(cancellationToken).ConfigureAwait(false) ?? _early;
        if (picture is not null && picture.Content.Length <= maxBytes)
            return visit with { Captures = [.. visit.Captures, picture with { Name = Name }] };
        var reason = picture is null ? "the page did not answer in time" : $"it has more than {maxBytes} bytes";
        var warning = new PageWarning(PageWarningCode.CaptureFailed, $"The artifact {Name} is missing: {reason}.");
        return visit with { CaptureWarnings = [.. visit.CaptureWarnings, warning] };
    }

    // After the others there is no page any more, or it is visited again.
    private static bool HasFailed(VisitEnd end) =>
        end
            is VisitEnd.Timeout
                or VisitEnd.NotShown
                or VisitEnd.ActionFailed
                or VisitEnd.ErrorStatus
                or VisitEnd.NetworkError
                or VisitEnd.RedirectLoop
                or VisitEnd.TooLarge;

    private async Task<PageCapture?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var left = clock.Remaining < MaxTime ? clock.Remaining : MaxTime;
        if (left <= TimeSpan.Zero)
            return null;
        // A renderer in which a script runs takes no picture, however long one waits.
        var answering = page.EvaluateAsync("1");
        if (!await EndsAsync(answering, left < ProbeLimit ? left : ProbeLimit, cancellationToken).ConfigureAwait(false))
            return null;
        left = clock.Remaining < MaxTime ? clock.Remaining : MaxTime;
        var taking = PageScreenshot.TakeAsync(page, Window, null);
        return await EndsAsync(taking, left, cancellationToken).ConfigureAwait(false) && taking.IsCompletedSuccessfully
            ? await taking.ConfigureAwait(false)
            : null;
    }

    private async Task<bool> EndsAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        task.Observe();
        try
        {
            await Task.WhenAny(task, closed).WithinAsync(limit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
        return task.IsCompleted;
    }
}
