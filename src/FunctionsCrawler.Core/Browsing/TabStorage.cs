using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Writes and reads what a tab's context holds of a login: localStorage, and on reading also cookies. localStorage is only
/// accessible to documents of its origin, so an empty one is shown for each. No server is asked for it.
/// </summary>
/// <remarks>
/// A script in every document would be no alternative: it would restore in later documents of a visit what the page has
/// changed or removed, a token that was renewed for example.
/// </remarks>
internal sealed class TabStorage(TabPage page)
{
    /// <summary>Whether the tab was given storage. It is not reused then, so that no visit sees what another has changed.</summary>
    public bool WasSeeded { get; private set; }

    /// <summary>Fills the storage of origins, before a visit.</summary>
    /// <exception cref="VisitHaltedException">The browser does not accept it.</exception>
    public async Task SeedAsync(IReadOnlyList<OriginStorage> origins, VisitClock clock)
    {
        WasSeeded = true;
        await clock.AwaitAsync(page.Identity.BlankAsync(true)).ConfigureAwait(false);
        foreach (var origin in origins)
        {
            var isAccepted = await EvaluateAsync(origin.Origin, Seed(origin), clock).ConfigureAwait(false);
            if (!isAccepted.GetBoolean())
                throw new VisitHaltedException(
                    VisitEnd.Refused,
                    $"the browser does not accept the localStorage of {origin} in the storage state"
                );
        }
        await EndAsync(clock).ConfigureAwait(false);
    }

    /// <summary>Reads the cookies of the context and the storage of the origins that were visited. The page is left for it.</summary>
    /// <param name="visit">The visit that has ended.</param>
    /// <param name="clock">The deadline of the visit.</param>
    /// <exception cref="VisitHaltedException">There is more than a file may hold.</exception>
    public async Task<LoginState> ReadAsync(TabVisit visit, VisitClock clock)
    {
        var origins = page
            .Traffic.Documents.Select(document => document.Url)
            .Append(visit.FinalUrl!)
            .Select(url => new Uri(url))
            .Where(url => url.Scheme is "http" or "https")
            .Select(url => new Uri(url, "/"))
            .Distinct()
            .ToList();
        // First, because scripts of the page could change what is read.
        await clock.AwaitAsync(page.LeaveAsync()).ConfigureAwait(false);
        await clock.AwaitAsync(page.ResumeAsync()).ConfigureAwait(false);
        var cookies = await clock.AwaitAsync(page.SendAsync("Network.getAllCookies")).ConfigureAwait(false);
        await clock.AwaitAsync(page.Identity.BlankAsync(true)).ConfigureAwait(false);
        var storage = new List<OriginStorage>();
        foreach (var origin in origins)
        {
            var items = await EvaluateAsync(origin, Read(origin), clock).ConfigureAwait(false);
            if (items.ValueKind == JsonValueKind.Null)
                throw new VisitHaltedException(
                    VisitEnd.TooLarge,
                    $"the localStorage of {origin.Authority} has more than {LoginStateFile.MaxBytes} characters"
                );
            if (items.GetArrayLength() > 0)
                storage.Add(new OriginStorage(origin, [.. items.EnumerateArray().Select(ToItem)]));
        }
        await EndAsync(clock).ConfigureAwait(false);
        return new LoginState(ToCookies(cookies.GetProperty("cookies")), storage);
    }

    private static List<OriginCookie> ToCookies(JsonElement cookies)
    {
        try
        {
            return [.. cookies.EnumerateArray().SelectMany((cookie, i) => StateCookies.Read(cookie, $"cookies[{i}]"))];
        }
        catch (FormatException e)
        {
            throw new VisitHaltedException(
                VisitEnd.Refused,
                $"the browser has a cookie that cannot be saved: {e.Message}"
            );
        }
    }

    private async Task<JsonElement> EvaluateAsync(Uri root, string script, VisitClock clock)
    {
        var shown = await clock.AwaitAsync(page.NavigateAsync(root.AbsoluteUri)).ConfigureAwait(false);
        if (shown.Loader is { } loader)
            await clock.AwaitAsync(page.Documents.WhenParsedAsync(loader)).ConfigureAwait(false);
        return await clock.AwaitAsync(page.EvaluateAsync(script)).ConfigureAwait(false);
    }

    // Visits start at about:blank, and these documents are not theirs.
    private async Task EndAsync(VisitClock clock)
    {
        var shown = await clock.AwaitAsync(page.NavigateAsync("about:blank")).ConfigureAwait(false);
        await clock.AwaitAsync(page.Documents.WhenParsedAsync(shown.Loader!)).ConfigureAwait(false);
        await clock.AwaitAsync(page.Identity.BlankAsync(false)).ConfigureAwait(false);
        await clock.AwaitAsync(page.ResumeAsync()).ConfigureAwait(false);
        page.Traffic.Forget();
        page.Frames.Reset();
    }

    // The browser may show another origin, the https one of a host that must not be visited over http.
    private static string Seed(OriginStorage origin)
    {
        JsonArray items = [.. origin.Items.Select(item => new JsonArray(item.Key, item.Value))];
        return $$"""
            (() => {
              if (location.origin !== {{Quote(origin.Origin)}}) return true;
              try { for (const [name, value] of {{items.ToJsonString()}}) localStorage.setItem(name, value); } catch { return false; }
              return true;
            })()
            """;
    }

    private static string Read(Uri origin) =>
        $$"""
            (() => {
              if (location.origin !== {{Quote(origin)}}) return [];
              const items = Object.keys(localStorage).map(name => [name.toWellFormed(), localStorage.getItem(name).toWellFormed()]);
              return items.flat().reduce((sum, text) => sum + text.length, 0) > {{LoginStateFile.MaxBytes}} ? null : items;
            })()
            """;

    // As location.origin has it: without a standard port.
    private static string Quote(Uri origin)
    {
        var host = origin.HostNameType == UriHostNameType.IPv6 ? $"[{origin.IdnHost}]" : origin.IdnHost;
        var port = origin.IsDefaultPort ? "" : $":{origin.Port}";
        return JsonValue.Create($"{origin.Scheme}://{host}{port}").ToJsonString();
    }

    private static KeyValuePair<string, string> ToItem(JsonElement item) =>
        KeyValuePair.Create(item[0].GetString()!, item[1].GetString()!);
}
