using FunctionsCrawler.Cli.Demo;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The sample site, whose pages each have a known outcome: scripts, popups, dialogs, frames, redirects, failures.</summary>
public sealed class SampleSiteTests : EndToEndTest
{
    private SampleSite _site = null!;

    public override async ValueTask InitializeAsync() => _site = await SampleSite.StartAsync(CancellationToken.None);

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Site_Rendered_EndsAsItsTableSays()
    {
        NeedsChromium();

        var crawl = await CrawlAsync("/", "always", 0);

        AssertOutcomes(SampleSite.Pages, crawl, rendered: true);
        AssertSays(crawl, "/js/rendered", "This sentence exists only after the scripts have run.");
        AssertSays(crawl, "/js/late", "This sentence came late, but it came.");
        AssertSays(crawl, "/js/storage", "Found on arrival: nothing.");
        AssertSays(crawl, "/js/storage?visit=2", "Found on arrival: nothing.");
        // Popups are not made at all: one whose server hangs could not be closed between two visits.
        AssertSays(crawl, "/hostile/popups", "Windows that opened: 0.");
        AssertSays(crawl, "/hostile/dialogs", "All dialogs were answered: false, null.");
        AssertSays(crawl, "/hostile/frames", "The text after the frame.");
        AssertSays(crawl, "/js/redirect", "# Landed");
        AssertSays(crawl, "/old/guide", Of(crawl, "/guide/").Markdown!);
        Assert.Equal([301], Of(crawl, "/old/guide").Redirects.Select(r => r.Status));
        Assert.Equal([302], Of(crawl, "/temp").Redirects.Select(r => r.Status));
        Assert.Equal(_site.Url + "guide/", Of(crawl, "/old/guide").DuplicateOf);
        Assert.True(crawl.Summary.Browsers.Launches > 0);
        Assert.True(crawl.Summary.Browsers.PeakMemoryMb > 0);
        // Over HTTP or in the browser, and never both; a page that others redirect to is fetched for each of them, and one
        // that was visited beside a page that keeps state is visited once more.
        foreach (var page in SampleSite.Pages)
        {
            var leading = SampleSite.Pages.Count(p => p.LeadsTo == page.Path);
            var fetched = _site.Requests.Count(r => r == "GET " + page.Path);
            // What its name shows to be no page is not fetched at all.
            Assert.InRange(fetched, page.Error is null ? 1 : 0, 2 + leading);
        }
    }

    [Fact]
    public async Task Site_NeverRendered_HasAllButWhatScriptsMake()
    {
        var crawl = await CrawlAsync("/", "never", 0);

        AssertOutcomes(SampleSite.Pages, crawl, rendered: false);
        Assert.DoesNotContain("only after the scripts", Of(crawl, "/js/rendered").Markdown, StringComparison.Ordinal);
        Assert.Equal(0, crawl.Summary.Browsers.Launches);
        Assert.Equal(0, crawl.Summary.RenderedShare);
    }

    [Theory]
    [InlineData("always")]
    [InlineData("never")]
    public async Task Lab_WithPagesThatFail_RecordsEachFailure(string render)
    {
        if (render != "never")
            NeedsChromium();

        var crawl = await CrawlAsync("/lab/", render, 3);

        AssertOutcomes(SampleSite.LabPages, crawl, rendered: render != "never");
        Assert.Equal(404, Of(crawl, "/lab/missing").Status);
        Assert.Equal(500, Of(crawl, "/error").Status);
        Assert.Equal(2, Of(crawl, "/flaky").Attempts);
        Assert.Single(_site.Requests, r => r == "GET /lab/missing");
        Assert.Single(_site.Requests, r => r == "GET /error");
    }

    private async Task<CrawlOutput> CrawlAsync(string path, string render, int code)
    {
        var start = new Uri(_site.Url, path).AbsoluteUri;
        var run = await RunAsync(start, "--render", render, "--allow-private", "--scope", "origin", "--out", "out");
        run.Expect(code);
        var crawl = Read("out");
        Assert.Equal(CrawlState.Completed, crawl.Summary.State);
        return crawl;
    }

    private void AssertOutcomes(IEnumerable<SamplePage> table, CrawlOutput crawl, bool rendered)
    {
        // Only scripts follow a script and a refresh.
        var expected = table
            .Where(p => rendered || !p.OnlyRendered)
            .Select(p => (p.Path, p.Error, p.Error is null ? EndOf(p, rendered) : null));
        var actual = crawl.Pages.Select(p =>
            (CrawlOutput.PathOf(p.Url), p.Error?.Code, p.Error is null ? CrawlOutput.PathOf(p.FinalUrl!) : null)
        );
        Assert.Equal(
            expected.OrderBy(p => p.Path, StringComparer.Ordinal),
            actual.OrderBy(p => p.Item1, StringComparer.Ordinal)
        );
    }

    private static string EndOf(SamplePage page, bool rendered) =>
        page.LeadsTo is { } end && (rendered || page.Status is 301 or 302) ? end : page.Path;

    private PageRecord Of(CrawlOutput crawl, string path) =>
        crawl.Pages.Single(p => p.Url == new Uri(_site.Url, path).AbsoluteUri);

    private void AssertSays(CrawlOutput crawl, string path, string sentence)
    {
        var page = Of(crawl, path);
        Assert.True(
            page.Markdown?.Contains(sentence, StringComparison.Ordinal),
            $"{path} by {page.RenderedBy}, attempt {page.Attempts}, does not say '{sentence}': {page.Markdown}"
        );
    }
}
