using System.Text;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>Goes to a URL in a page and reads what the document settles to, following where scripts and refreshes lead.</summary>
internal sealed class TabReader(TabPage page, PageLimits limits, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);

    /// <summary>Whether the document that was read last has stored anything, or may have.</summary>
    public bool LeftState { get; private set; }

    /// <summary>Goes there and reads.</summary>
    /// <param name="url">Where to go.</param>
    /// <param name="reused">Whether the page made visits before, of which nothing may be left.</param>
    /// <param name="clock">What ends it.</param>
    public async Task<TabVisit> ReadAsync(Uri url, bool reused, VisitClock clock)
    {
        LeftState = true;
        var navigation = await clock.AwaitAsync(page.NavigateAsync(url.AbsoluteUri)).ConfigureAwait(false);
        if (navigation.IsDownload)
            return new TabVisit { End = VisitEnd.NotHtml };
        if (navigation.Error is { } error)
            return Failed(error);
        // A tab begins its visits at about:blank, so they lead to another document.
        await clock.AwaitAsync(page.Documents.WhenParsedAsync(navigation.Loader!)).ConfigureAwait(false);
        return await SettleAndReadAsync(clock, reused).ConfigureAwait(false);
    }

    // What the browser calls a failure although the server answered. A navigation aborted for any other reason failed
    // by chance, and is worth another try: over HTTP its page would be taken unrendered.
    private TabVisit Failed(string error) =>
        page.Traffic.Documents switch
        {
            // An error status without a body makes Chromium show a page of its own.
            [.., { Status: >= 400 }] => new TabVisit { End = VisitEnd.ErrorStatus },
            // Without content the browser stays where it was.
            [.., { Status: 204 or 205 }] => new TabVisit { End = VisitEnd.NotHtml },
            _ => NetworkError(error),
        };

    private TabVisit NetworkError(string error) =>
        new()
        {
            End = VisitEnd.NetworkError,
            Detail = error,
            FailedUrl = page.Traffic.Asked,
        };

    private async Task<TabVisit> SettleAndReadAsync(VisitClock clock, bool reused)
    {
        var settled = time.GetTimestamp();
        for (var documents = 0; documents <= limits.MaxRedirects; )
        {
            if (page.Traffic.Documents is [.., var last])
            {
                if (last.Status >= 400)
                    return new TabVisit { End = VisitEnd.ErrorStatus };
                if (!IsHtml(last.ContentType))
                    return new TabVisit { End = VisitEnd.NotHtml };
            }
            var document = page.Documents.Current;
            try
            {
                var settle = SettleLimit - time.GetElapsedTime(settled);
                await clock.AwaitAtMostAsync(page.Traffic.WhenIdle(), settle).ConfigureAwait(false);
                settle = SettleLimit - time.GetElapsedTime(settled);
                var script = TabScripts.SettleAndRead(Quiet, settle, limits);
                var read = await clock.AwaitAsync(page.EvaluateAsync(script)).ConfigureAwait(false);
                if (page.Traffic.Broken is { } error)
                    return NetworkError(error);
                if (page.Traffic.IsIdle || settle <= TimeSpan.Zero)
                    return await ReportAsync(read, reused, clock).ConfigureAwait(false);
            }
            catch (ProtocolException e) when (e.IsSuperseded)
            {
                documents++;
                await clock.AwaitAsync(page.Documents.WhenSupersededAsync(document)).ConfigureAwait(false);
                settled = time.GetTimestamp();
            }
        }
        return new TabVisit { End = VisitEnd.RedirectLoop, Detail = "scripts or refreshes lead on and on" };
    }

    private async Task<TabVisit> ReportAsync(JsonElement read, bool reused, VisitClock clock)
    {
        if (reused && read.GetProperty("leftovers").GetBoolean())
            return new TabVisit { End = VisitEnd.Contaminated };
        LeftState = read.GetProperty("dirty").GetBoolean();
        if (read.GetProperty("nodes").GetInt64() is var nodes && nodes > limits.MaxNodes)
            return TooLarge($"{nodes} DOM nodes; the most is {limits.MaxNodes}");
        if (read.GetProperty("length").GetInt64() is var length && length > limits.MaxBytes)
            return TooLarge($"{length} characters of HTML; the most is {limits.MaxBytes}");
        var html = new StringBuilder(read.GetProperty("html").GetString(), (int)length);
        while (html.Length < length)
        {
            var more = page.EvaluateAsync(TabScripts.ReadOn(html.Length));
            html.Append((await clock.AwaitAsync(more).ConfigureAwait(false)).GetString());
        }
        return new TabVisit
        {
            End = VisitEnd.Read,
            Html = html.ToString(),
            FinalUrl = read.GetProperty("url").GetString()!.Split('#', 2)[0],
        };
    }

    private static TabVisit TooLarge(string detail) => new() { End = VisitEnd.TooLarge, Detail = detail };

    private static bool IsHtml(string? contentType) =>
        contentType is null
        || contentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);
}
