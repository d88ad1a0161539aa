using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>What Playwright's messages mean; it has no codes.</summary>
internal static class BrowserErrors
{
    /// <summary>Whether the document went away because the page navigated on.</summary>
    public static bool IsSuperseded(PlaywrightException error) =>
        Says(error, "interrupted by another navigation")
        || Says(error, "Execution context was destroyed")
        || Says(error, "Cannot find context with specified id");

    /// <summary>Whether a script of ours failed in the page, not the page or the browser.</summary>
    public static bool IsOfScript(PlaywrightException error) =>
        !Says(error, "crashed") && !Says(error, "has been closed") && !Says(error, "net::") && Says(error, "Error: ");

    /// <summary>How a failed call ended the visit.</summary>
    public static TabVisit Classify(Exception error, bool browserConnected)
    {
        var end =
            !browserConnected ? VisitEnd.BrowserLost
            : error is RendererCrashedException || Says(error, "crashed") || Says(error, "has been closed")
                ? VisitEnd.Crashed
            : Says(error, "Download is starting") ? VisitEnd.NotHtml
            : Says(error, "net::") ? VisitEnd.NetworkError
            : VisitEnd.BrowserLost;
        return new TabVisit { End = end, Detail = FirstLine(error.Message) };
    }

    private static bool Says(Exception error, string text) => error.Message.Contains(text, StringComparison.Ordinal);

    private static string FirstLine(string message)
    {
        var line = message.Split('\n', 2)[0];
        var net = line.IndexOf("net::", StringComparison.Ordinal);
        return net < 0 ? line : line[net..].Split(' ', 2)[0];
    }
}
