using System.Text;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Navigates a page to a URL, follows scripted navigations and refreshes, waits until the document settles, and reads it.
/// </summary>
internal sealed class TabReader(TabPage page, PageLimits limits, TimeProvider time)
{
    /// <summary>Whether the document that was read last has stored, or may have stored, data for its origin.</summary>
    public bool LeftState { get; private set; }

    /// <summary>How the document of the last visit was prepared; null if the visit did not get so far.</summary>
    public PagePreparation? Preparation { get; private set; }

    /// <summary>Performs one visit.</summary>
    /// <param name="url">The URL to navigate to.</param>
    /// <param name="options">What is done before and after the document is read.</param>
    /// <param name="reused">Whether the page was visited before; state left from that makes the visit <see cref="VisitEnd.Contaminated"/>.</param>
    /// <param name="clock">The deadline and cancellation of the visit.</param>
    public async Task<TabVisit> ReadAsync(Uri url, VisitOptions options, bool reused, VisitClock clock)
    {
        LeftState = true;
        Preparation = null;
        if (options.Diagnostics.Records)
            await clock.AwaitAsync(page.Diagnostics.BeginAsync(options.Diagnostics, time)).ConfigureAwait(false);
        await clock.AwaitAsync(page.Identity.ApplyAsync(options.Identity, url)).ConfigureAwait(false);
        if (options.Identity.Credentials is { Storage: { Count: > 0 } storage })
            await page.Storage.SeedAsync(storage, clock).ConfigureAwait(false);
        var navigation = await clock.AwaitAsync(page.NavigateAsync(url.AbsoluteUri)).ConfigureAwait(false);
        if (navigation.IsDownload)
            return new TabVisit { End = VisitEnd.NotHtml };
        if (navigation.Error is { } error)
            return Failed(error);
        // Visits start at about:blank, so a successful navigation always has a new document and Loader is not null.
        await clock.AwaitAsync(page.Documents.WhenParsedAsync(navigation.Loader!)).ConfigureAwait(false);
        var visit = await SettleAndReadAsync(options, clock, reused).ConfigureAwait(false);
        if (visit.End != VisitEnd.Read)
            return visit;
        if (options.Captures.Any)
            visit = await new PageCaptures(page, options.Captures, limits)
                .AddToAsync(visit, clock)
                .ConfigureAwait(false);
        return options.SavesLogin
            ? visit with
            {
                Login = await page.Storage.ReadAsync(visit, clock).ConfigureAwait(false),
            }
            : visit;
    }

    // Distinguishes failures where the server did respond. Any other aborted navigation is a transient network error and
    // is retried; falling back to HTTP would return the page without running its scripts.
    private TabVisit Failed(string error) =>
        page.Traffic.Documents switch
        {
            // For an error status without a body, Chromium shows its own error page.
            [.., { Status: >= 400 }] => new TabVisit { End = VisitEnd.ErrorStatus },
            // For "no content", Chromium stays on the current document.
            [.., { Status: 204 or 205 }] => new TabVisit { End = VisitEnd.NotHtml },
            _ => NetworkError(error),
        };

    private TabVisit NetworkError(string error) =>
        new()
        {
            End = VisitEnd.NetworkError,
            Detail = error,
            FailedUrl = page.Traffic.LastRequestedUrl,
        };

    private async Task<TabVisit> SettleAndReadAsync(VisitOptions options, VisitClock clock, bool reused)
    {
        var preparation = Preparation = new PagePreparation(page, options, limits);
        for (var documents = 0; documents <= limits.MaxRedirects; documents++)
        {
            if (page.Traffic.Documents is [.., var last] && !IsHtml(last.ContentType))
                return new TabVisit { End = last.Status >= 400 ? VisitEnd.ErrorStatus : VisitEnd.NotHtml };
            var document = page.Documents.Current;
            try
            {
                // An error page does not show what was asked for.
                var prepares = preparation.IsNeeded && page.Traffic.Documents is not [.., { Status: >= 400 }];
                if (prepares && await preparation.PrepareAsync(clock).ConfigureAwait(false) is { } fault)
                    return await UnpreparedAsync(fault.End, fault.Detail, reused, clock).ConfigureAwait(false) with
                    {
                        Captures = preparation.Captures,
                    };
                if (prepares)
                {
                    document = preparation.Document;
                    page.Diagnostics.Take(VisitMoment.Prepared);
                }
                if (page.Traffic.Documents is [.., var read] && !IsHtml(read.ContentType))
                    return new TabVisit
                    {
                        End = VisitEnd.ActionFailed,
                        Detail = $"the steps led to {read.ContentType}, which is not a page",
                    };
                var (settled, awaited, error) = await SettleAsync(options, clock).ConfigureAwait(false);
                var frames =
                    error is null && options.InlinesFrames ? await ReadFramesAsync(clock).ConfigureAwait(false) : null;
                if (frames is not null)
                    settled = await ReadAsync(SettleLimits.Within(clock.Remaining).AtOnce(), false, options, clock)
                        .ConfigureAwait(false);
                // Another document has not been prepared.
                if (!prepares || string.Equals(page.Documents.Current, document, StringComparison.Ordinal))
                    return error is null
                        ? await ReportAsync(settled, awaited, reused, frames, clock).ConfigureAwait(false) with
                        {
                            Captures = preparation.Captures,
                        }
                        : NetworkError(error);
            }
            catch (ProtocolException e) when (e.IsSuperseded)
            {
                // The document that replaced this one is read next.
                document = preparation.Document ?? document;
            }
            await clock.AwaitAsync(page.Documents.WhenSupersededAsync(document)).ConfigureAwait(false);
        }
        return new TabVisit { End = VisitEnd.RedirectLoop, Detail = "scripts or refreshes keep navigating" };
    }

    private async Task<TabVisit> UnpreparedAsync(VisitEnd end, string detail, bool reused, VisitClock clock)
    {
        if (page.Traffic.DocumentError is { } error)
            return NetworkError(error);
        // A page may show something else because an earlier visit has left something.
        var hasLeftovers =
            reused
            && (await clock.AwaitAsync(page.EvaluateAsync(TabScripts.HasLeftovers)).ConfigureAwait(false)).GetBoolean();
        return new TabVisit { End = hasLeftovers ? VisitEnd.Contaminated : end, Detail = detail };
    }

    // Reads the document until it has settled. A document that looks unfinished gets more time, but only for requests that can
    // add text. One that broke off is not read: it never gets to the end of parsing.
    private async Task<(JsonElement Read, string? Awaited, string? Error)> SettleAsync(
        VisitOptions options,
        VisitClock clock
    )
    {
        var started = time.GetTimestamp();
        var all = SettleLimits.Within(clock.Remaining);
        // What was scrolled last may still be loading.
        if (options.WaitUntil is not null && options.ScrollSteps == 0)
            all = all.AtOnce();
        var isUnfinished = false;
        while (true)
        {
            var left = all.After(time.GetElapsedTime(started));
            await clock.AwaitAtMostAsync(page.Traffic.InFlight.WhenIdle(), left.Usual).ConfigureAwait(false);
            left = all.After(time.GetElapsedTime(started));
            if (isUnfinished)
                await clock
                    .AwaitAtMostAsync(page.Traffic.ContentInFlight.WhenIdle(), left.Unfinished)
                    .ConfigureAwait(false);
            if (page.Traffic.DocumentError is { } broken)
                return (default, null, broken);
            left = all.After(time.GetElapsedTime(started));
            var ended = page.Traffic.ContentInFlight.Ended;
            var read = await ReadAsync(left, isUnfinished, options, clock).ConfigureAwait(false);
            left = all.After(time.GetElapsedTime(started));
            isUnfinished = read.GetProperty("unfinished").GetBoolean();
            var requests = isUnfinished ? page.Traffic.ContentInFlight.Count : page.Traffic.InFlight.Count;
            // What ended while the document was read may have added text since.
            var isComplete = requests == 0 && page.Traffic.ContentInFlight.Ended == ended;
            var error = page.Traffic.DocumentError;
            if (error is not null || isComplete || (isUnfinished ? left.Unfinished : left.Usual) == TimeSpan.Zero)
                return (
                    read,
                    isUnfinished ? Awaited(requests, read.GetProperty("timerDue").GetBoolean()) : null,
                    error
                );
        }
    }

    private Task<JsonElement> ReadAsync(SettleLimits left, bool isUnfinished, VisitOptions options, VisitClock clock)
    {
        var change = options.RemovesOverlays ? OverlayScript.Remove : null;
        return clock.AwaitAsync(page.EvaluateAsync(ReadScript.SettleAndRead(left, isUnfinished, limits, change)));
    }

    // A frame that does not answer must not cost the page.
    private async Task<FrameReader?> ReadFramesAsync(VisitClock clock)
    {
        var frames = new FrameReader(page, limits);
        var reading = frames.ReadAsync();
        await clock.AwaitAtMostAsync(reading, clock.Remaining / 2).ConfigureAwait(false);
        return reading.IsCompleted && await reading.ConfigureAwait(false) ? frames : null;
    }

    private static string? Awaited(int requests, bool isTimerDue) =>
        (requests, isTimerDue) switch
        {
            (0, false) => null,
            (0, true) => "timers",
            (1, _) => "1 request",
            _ => $"{requests} requests",
        };

    private async Task<TabVisit> ReportAsync(
        JsonElement read,
        string? awaited,
        bool reused,
        FrameReader? frames,
        VisitClock clock
    )
    {
        if (reused && read.GetProperty("leftovers").GetBoolean())
            return new TabVisit { End = VisitEnd.Contaminated };
        LeftState = read.GetProperty("dirty").GetBoolean();
        if (read.GetProperty("nodes").GetInt64() is var nodes && nodes > limits.MaxNodes)
            return TooLarge($"{nodes} DOM nodes; the limit is {limits.MaxNodes}");
        if (read.GetProperty("length").GetInt64() is var length && length > limits.MaxBytes)
            return TooLarge($"{length} characters of HTML; the limit is {limits.MaxBytes}");
        var html = new StringBuilder(read.GetProperty("html").GetString(), (int)length);
        while (html.Length < length)
        {
            var piece = page.EvaluateAsync(ReadScript.ReadPiece(html.Length));
            html.Append((await clock.AwaitAsync(piece).ConfigureAwait(false)).GetString());
        }
        page.Diagnostics.Take(VisitMoment.Read);
        return new TabVisit
        {
            // Error pages are read as well, after their scripts ran: some are only waiting rooms, which lead to the page.
            End = page.Traffic.Documents is [.., { Status: >= 400 }] ? VisitEnd.ErrorStatus : VisitEnd.Read,
            Html = frames is null ? html.ToString() : frames.Insert(html.ToString()),
            FinalUrl = read.GetProperty("url").GetString()!.Split('#', 2)[0],
            Awaited = awaited,
        };
    }

    private static TabVisit TooLarge(string detail) => new() { End = VisitEnd.TooLarge, Detail = detail };

    // Without a valid type the browser guesses, as HTTP fetches do.
    private static bool IsHtml(string? contentType) =>
        ContentType.Parse(contentType) is var type && (type.Essence is null || type.IsHtml);
}
