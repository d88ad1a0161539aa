using FunctionsCrawler.Network;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// Refuses requests with blocked targets before any page is visited. Visits check the addresses again, so that a name which
/// resolves differently later reaches nothing either.
/// </summary>
internal sealed class TargetGuard(AddressGuard guard)
{
    /// <summary>What clients show if a target is blocked.</summary>
    public const string Blocked = "URL blocked (SSRF protection): URL blocked";

    /// <summary>Whether a URL leads to an address that must not be reached. Names that do not resolve are not blocked.</summary>
    public async Task<bool> BlocksAsync(IEnumerable<PageTask> pages, CancellationToken cancellationToken)
    {
        var hosts = pages
            .Where(page => page.Html is null)
            .Select(page => HostOf(page.Url))
            .Distinct(StringComparer.OrdinalIgnoreCase);
        var verdicts = await Task.WhenAll(hosts.Select(host => guard.ResolveAsync(host, cancellationToken)));
        return verdicts.Any(verdict => verdict is BlockedHost);
    }

    private static string HostOf(string url) =>
        UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out var normalized, out var fault)
            ? new Uri(normalized).IdnHost
            : throw new ArgumentException(fault, nameof(url));
}
