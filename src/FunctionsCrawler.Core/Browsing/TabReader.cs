using System.Text.Json;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>Goes to a URL in a page and reads what the document settles to, following where scripts and refreshes lead.</summary>
internal sealed class TabReader(IPage page, TabTraffic traffic, TimeProvider time)
{
    private const int MaxHtmlLength = 32 * 1024 * 1024;

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
        return await NavigateAsync(url, clock).ConfigureAwait(false)
            ?? await SettleAndReadAsync(clock, reused).ConfigureAwait(false);
    }

    // Null: the navigation went well and the document can be read.
    private async Task<TabVisit?> NavigateAsync(Uri url, VisitClock clock)
    {
        try
        {
            var options = new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded, Timeout = 0 };
            return await ArriveAsync(page.GotoAsync(url.AbsoluteUri, options), clock).ConfigureAwait(false);
        }
        catch (PlaywrightException e) when (BrowserErrors.IsSuperseded(e))
        {
            // A script led on before the first document was complete; the one it led to is read.
            return await AwaitDocumentAsync(clock).ConfigureAwait(false);
        }
    }

    private async Task<TabVisit> SettleAndReadAsync(VisitClock clock, bool reused)
    {
        var settled = time.GetTimestamp();
        var plainly = false;
        for (var documents = 0; documents <= TabTraffic.MaxScriptRedirects; )
        {
            if (traffic.Documents is [.., var last])
            {
                if (last.Status >= 400)
                    return new TabVisit { End = VisitEnd.ErrorStatus };
                if (!IsHtml(last.ContentType))
                    return new TabVisit { End = VisitEnd.NotHtml };
            }
            try
            {
                var settle = SettleLimit - time.GetElapsedTime(settled);
                await clock.AwaitAtMostAsync(traffic.WhenIdle(), settle).ConfigureAwait(false);
                settle = SettleLimit - time.GetElapsedTime(settled);
                if (plainly)
                    return await ReadPlainlyAsync(clock).ConfigureAwait(false);
                var arguments = new
                {
                    quietMs = Quiet.TotalMilliseconds,
                    settleMs = settle.TotalMilliseconds,
                    maxLength = MaxHtmlLength,
                };
                var read = await clock
                    .AwaitAsync(page.EvaluateAsync<JsonElement>(TabScripts.SettleAndRead, arguments))
                    .ConfigureAwait(false);
                if (traffic.IsIdle || settle <= TimeSpan.Zero)
                    return Report(read, reused);
            }
            catch (PlaywrightException e) when (BrowserErrors.IsSuperseded(e))
            {
                documents++;
                if (await AwaitDocumentAsync(clock).ConfigureAwait(false) is { } loop)
                    return loop;
                settled = time.GetTimestamp();
            }
            catch (PlaywrightException e) when (!plainly && BrowserErrors.IsOfScript(e))
            {
                // The page broke what our script stands on: what it left cannot be told either.
                plainly = true;
                if (reused)
                    return new TabVisit { End = VisitEnd.Contaminated };
            }
        }
        return new TabVisit { End = VisitEnd.RedirectLoop };
    }

    // From a world of its own, where the page's scripts change nothing.
    private async Task<TabVisit> ReadPlainlyAsync(VisitClock clock)
    {
        var html = await clock.AwaitAsync(page.ContentAsync()).ConfigureAwait(false);
        return Read(html.Length > MaxHtmlLength ? null : html, page.Url);
    }

    private TabVisit Report(JsonElement read, bool reused)
    {
        if (reused && read.GetProperty("leftovers").GetBoolean())
            return new TabVisit { End = VisitEnd.Contaminated };
        LeftState = read.GetProperty("dirty").GetBoolean();
        return Read(read.GetProperty("html").GetString(), read.GetProperty("url").GetString()!);
    }

    private static TabVisit Read(string? html, string url) =>
        html is null
            ? new TabVisit { End = VisitEnd.TooLarge }
            : new TabVisit
            {
                End = VisitEnd.Read,
                Html = html,
                FinalUrl = url.Split('#', 2)[0],
            };

    private Task<TabVisit?> AwaitDocumentAsync(VisitClock clock)
    {
        var options = new PageWaitForLoadStateOptions { Timeout = 0 };
        return ArriveAsync(page.WaitForLoadStateAsync(LoadState.DOMContentLoaded, options), clock);
    }

    // Documents that each lead on before they are complete never arrive anywhere.
    private async Task<TabVisit?> ArriveAsync(Task arriving, VisitClock clock)
    {
        arriving.Observe();
        await clock.AwaitAsync(Task.WhenAny(arriving, traffic.Loop)).ConfigureAwait(false);
        if (traffic.Loop.IsCompleted)
            return new TabVisit { End = VisitEnd.RedirectLoop };
        await arriving.ConfigureAwait(false);
        return null;
    }

    private static bool IsHtml(string? contentType) =>
        contentType is null
        || contentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);
}
