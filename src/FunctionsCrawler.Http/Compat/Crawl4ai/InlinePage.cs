using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Pages whose HTML stands in the request: <c>raw:&lt;html&gt;…</c>. They are read as they are, without a browser.</summary>
internal sealed class InlinePage(PageLimits limits, TimeProvider time)
{
    /// <summary>What such a page begins with.</summary>
    public const string Prefix = "raw:";

    // Relative links lead here if the request has no base. The name cannot exist (RFC 2606).
    private const string NoBase = "https://raw.invalid/";

    // Several of them may be read at a time.
    private const int MaxLength = 4 << 20;

    /// <summary>The HTML of a page given inline; null for a URL.</summary>
    public static string? HtmlOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return !url.StartsWith(Prefix, StringComparison.Ordinal) ? null
            : url.StartsWith("raw://", StringComparison.Ordinal) ? url["raw://".Length..]
            : url[Prefix.Length..];
    }

    /// <summary>Whether a URL is only the end of a link of such a page that has no base.</summary>
    public static bool IsWithoutBase(string url) => url.StartsWith(NoBase, StringComparison.Ordinal);

    /// <summary>What is wrong with such a page or its settings.</summary>
    public static IEnumerable<RequestFault> FindFaults(PageTask page, RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(settings);
        if (page.Html!.Length > MaxLength)
            yield return new RequestFault(
                "urls",
                $"The page has {page.Html.Length} characters; at most {MaxLength} are allowed."
            );
        if (settings.Page.NeedBrowser.ToList() is { Count: > 0 } needs)
            yield return new RequestFault(
                "urls",
                $"A page that begins with raw: is read without a browser, so {string.Join(", ", needs)} cannot be offered."
            );
        foreach (var fault in Crawl4aiNames.Renamed(ExtractOptionsValidator.Validate(settings.Extract)))
            yield return fault;
    }

    /// <summary>Reads the page.</summary>
    public PageRecord Read(string html, RunSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var url =
            Uri.TryCreate(settings.BaseUrl, UriKind.Absolute, out var given) && given.Scheme is "http" or "https"
                ? given!.AbsoluteUri
                : NoBase;
        var target = new PageTarget(url);
        var response = new FetchResult
        {
            FinalUrl = url,
            Status = 200,
            ContentType = "text/html",
            Text = html,
            Bytes = html.Length,
        };
        var record = PageScraper.NewRecord(target, time) with
        {
            FinalUrl = url,
            Status = 200,
            StatusFirst = 200,
            ContentType = "text/html",
        };
        return new PageReader(limits, new ExtractionPlan(settings.Extract), respectRobots: false)
            .Read(record, target, response)
            .Record;
    }
}
