using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>Tells how a visit ended from the exception that ended it.</summary>
internal static class VisitFailures
{
    /// <summary>The visit that an exception has ended; null for exceptions that do not end visits.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="preparation">How far the document was prepared; null if the visit did not get so far.</param>
    public static TabVisit? Find(Exception exception, PagePreparation? preparation) =>
        exception switch
        {
            VisitHaltedException halted => new TabVisit { End = halted.End, Detail = halted.Message },
            TimeoutException => new TabVisit
            {
                End = VisitEnd.Timeout,
                Detail = preparation?.LastStep is { } step ? $"the page did not answer after {step}" : null,
                Captures = preparation?.Captures ?? [],
            },
            RendererCrashedException => new TabVisit { End = VisitEnd.Crashed, Detail = exception.Message },
            // No page should be able to make the browser refuse a call; treat the browser as broken.
            BrowserLostException or ProtocolException => new TabVisit
            {
                End = VisitEnd.BrowserLost,
                Detail = exception.Message,
            },
            _ => null,
        };
}
