using System.Text.Json;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>What a visit leaves behind in its tab's context: found, or cleared where the context is the tab's own.</summary>
internal sealed class TabState(IBrowserContext context, IPage page)
{
    private ICDPSession? _cdp;

    /// <summary>Whether the context holds cookies, those no script sees included.</summary>
    public async Task<bool> HasCookiesAsync() => (await context.CookiesAsync().ConfigureAwait(false)).Count > 0;

    /// <summary>Whether the document the page is at has stored anything for its origin.</summary>
    public async Task<bool> HasStorageAsync() =>
        await page.EvaluateAsync<bool>(TabScripts.HasStorage).ConfigureAwait(false);

    /// <summary>Leaves the document, which ends its scripts and whatever they would still have written or opened.</summary>
    public Task LeaveAsync() => page.GotoAsync("about:blank", new PageGotoOptions { Timeout = 0 });

    /// <summary>Clears cookies, and what is stored for the origins of these URLs.</summary>
    public async Task ClearAsync(IEnumerable<string> urls)
    {
        await context.ClearCookiesAsync().ConfigureAwait(false);
        var origins = urls.Select(url => new Uri(url).GetLeftPart(UriPartial.Authority));
        foreach (var origin in origins.Distinct(StringComparer.Ordinal))
        {
            _cdp ??= await context.NewCDPSessionAsync(page).ConfigureAwait(false);
            await _cdp.SendAsync(
                    "Storage.clearDataForOrigin",
                    new Dictionary<string, object>(StringComparer.Ordinal)
                    {
                        ["origin"] = origin,
                        ["storageTypes"] = "all",
                    }
                )
                .ConfigureAwait(false);
        }
    }
}
