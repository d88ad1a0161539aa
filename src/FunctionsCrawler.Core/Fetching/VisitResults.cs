using System.Text;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>Turns visits of a browser into results of fetches.</summary>
internal static class VisitResults
{
    private static readonly PageWarning NoPage = new(
        PageWarningCode.CaptureFailed,
        "There are no files of the page: a browser does not show this content."
    );

    /// <summary>Adds the files that the browser has made before it turned out that the content is not for it.</summary>
    /// <param name="result">The content.</param>
    /// <param name="visit">The visit of the browser.</param>
    /// <param name="isMissed">Whether files were to be made of the page, which it is not.</param>
    public static FetchResult WithFiles(FetchResult result, TabVisit visit, bool isMissed) =>
        result with
        {
            Captures = visit.Captures,
            Warnings = [.. result.Warnings, .. visit.CaptureWarnings, .. isMissed ? [NoPage] : (PageWarning[])[]],
        };

    /// <summary>The result of a visit.</summary>
    public static FetchResult Of(TabVisit visit)
    {
        var last = visit.Documents is [.., var document] ? document : null;
        var error = VisitErrors.For(visit, last);
        var isBrokenErrorPage =
            error?.Code is ErrorCode.Http4xx or ErrorCode.Http5xx && visit.End != VisitEnd.ErrorStatus;
        return new FetchResult
        {
            FinalUrl = visit.FinalUrl ?? last?.Url,
            Status = last?.Status,
            Redirects =
            [
                .. visit
                    .Documents.Where(d => !ReferenceEquals(d, last) || d.Status is >= 300 and <= 399)
                    .Select(d => new RedirectHop(d.Url, d.Status)),
            ],
            ContentType = MediaTypes.Essence(last?.ContentType),
            RetryAfter = last?.RetryAfter,
            RobotsTags = last?.RobotsTag?.Split('\n') ?? [],
            Headers = last?.Headers,
            Text = visit.Html,
            Bytes = visit.Html is null ? 0 : Encoding.UTF8.GetByteCount(visit.Html),
            RenderedBy = RenderedBy.Browser,
            Captures = visit.Captures,
            Diagnostics = visit.Diagnostics,
            Error = error,
            Warnings = [.. WarningsFor(visit, isBrokenErrorPage), .. visit.CaptureWarnings],
        };
    }

    private static PageWarning[] WarningsFor(TabVisit visit, bool isBrokenErrorPage)
    {
        if (isBrokenErrorPage)
            return
            [
                new PageWarning(
                    PageWarningCode.ErrorPageNotRead,
                    $"The text of the error page is missing: {visit.Detail ?? "it was not complete in time"}."
                ),
            ];
        return visit.Awaited is { } awaited
            ?
            [
                new PageWarning(
                    PageWarningCode.StillLoading,
                    $"The page has little content and was still waiting for {awaited} when it was read."
                ),
            ]
            : [];
    }
}
