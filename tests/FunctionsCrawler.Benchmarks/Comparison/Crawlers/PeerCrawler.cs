using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.Benchmarks.Measuring;

namespace FunctionsCrawler.Benchmarks.Comparison.Crawlers;

/// <summary>Another crawler, run by a script of the folder peers that prints the number of pages it found as JSON.</summary>
internal abstract class PeerCrawler(string name, string? absence, bool isRendering) : SiteCrawler(name)
{
    /// <inheritdoc/>
    public override string? Absence => absence;

    /// <summary>The path of a script.</summary>
    protected static string Script(string file) => Path.Combine(AppContext.BaseDirectory, "peers", file);

    /// <inheritdoc/>
    protected override double Check(MeasuredExit exit, SiteTask task)
    {
        var line = exit.Out.Trim().Split('\n')[^1];
        if (!line.StartsWith('{'))
            throw new BenchmarkException($"{Name} did not report its pages: {exit.Out}{exit.Error}");
        using var found = JsonDocument.Parse(line);
        var pages = found.RootElement.GetProperty("pages").GetInt32();
        var failed = found.RootElement.GetProperty("failed").GetInt32();
        if (pages != task.Pages || failed > 0)
            throw new BenchmarkException($"{Name} found {pages} of {task.Pages} pages, {failed} failed");
        return isRendering ? 1 : 0;
    }
}

/// <summary>Crawlee with its PlaywrightCrawler, which renders, or its CheerioCrawler, which does not.</summary>
internal sealed class CrawleeCrawler(Programs programs, bool isRendering)
    : PeerCrawler(isRendering ? "Crawlee PlaywrightCrawler" : "Crawlee CheerioCrawler", programs.NoCrawlee, isRendering)
{
    private readonly string _kind = isRendering ? "playwright" : "cheerio";

    /// <inheritdoc/>
    protected override ProcessStartInfo Command(SiteTask task) =>
        new("node", [Script("crawlee.cjs"), _kind, task.Url.AbsoluteUri, $"{task.Concurrency}"])
        {
            Environment = { ["NODE_PATH"] = programs.Modules, ["CRAWL_CHROMIUM"] = programs.Chromium },
        };
}

/// <summary>Scrapy, which does not render.</summary>
internal sealed class ScrapyCrawler(Programs programs) : PeerCrawler("Scrapy", programs.NoScrapy, isRendering: false)
{
    /// <inheritdoc/>
    protected override ProcessStartInfo Command(SiteTask task)
    {
        string[] settings = ["CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN"];
        string[] arguments = ["runspider", "--nolog", Script("scrapy_peer.py"), "-a", $"start={task.Url.AbsoluteUri}"];
        return new("scrapy", [.. arguments, .. settings.SelectMany(s => (string[])["-s", $"{s}={task.Concurrency}"])]);
    }
}
