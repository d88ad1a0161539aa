using FunctionsCrawler.Cli.Demo;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A crawl of the sample site produces the records listed in <see cref="SamplePages"/>.</summary>
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
    [Needs(Need.Chromium)]
    public async Task Site_Rendered_EndsAsListed()
    {
        NeedsChromium();

        var crawl = await CrawlAsync("/", "always", 0);

        AssertOutcomes(SampleSite.Pages, crawl, rendered: true);
        AssertContains(crawl, "/js/rendered", "This sentence exists only after the scripts have run.");
        AssertContains(crawl, "/js/late", "This sentence came late, but it came.");
        AssertContains(crawl, "/js/storage", "Found on arrival: nothing.");
        AssertContains(crawl, "/js/storage?visit=2", "Found on arrival: nothing.");
        // Popups are never created, because one whose server hangs could not be closed between two visits.
        AssertContains(crawl, "/hostile/popups", "Windows that opened: 0.");
        AssertContains(crawl, "/hostile/dialogs", "All dialogs were answered: false, null.");
        AssertContains(crawl, "/hostile/frames", "The text after the frame.");
        AssertContains(crawl, "/js/redirect", "# Landed");
        AssertContains(crawl, "/old/guide", Of(crawl, "/guide/").Markdown!);
        Assert.Equal([301], Of(crawl, "/old/guide").Redirects.Select(r => r.Status));
        Assert.Equal([302], Of(crawl, "/temp").Redirects.Select(r => r.Status));
        Assert.Equal(_site.Url + "guide/", Of(crawl, "/old/guide").DuplicateOf);
        Assert.True(crawl.Summary.Browsers.Launches > 0);
        Assert.True(crawl.Summary.Browsers.PeakMemoryMb > 0);
        // Each page is fetched over HTTP or in the browser, not both. It is fetched again for each page that redirects to it,
        // and once more if it shared a browser with a page that left state behind.
        foreach (var page in SampleSite.Pages)
        {
            var redirects = SampleSite.Pages.Count(p => p.LeadsTo == page.Path);
            var fetched = _site.Requests.Count(r => r == "GET " + page.Path);
            // URLs with the extension of a binary file are not fetched.
            Assert.InRange(fetched, page.Error is null ? 1 : 0, 2 + redirects);
        }
    }

    [Fact]
    public async Task Site_NotRendered_LacksOnlyWhatScriptsCreate()
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
    [Needs(Need.Chromium)]
    public async Task Lab_FailingPages_RecordsEachFailure(string render)
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
        // Redirects by a script or a refresh are followed only if the page is rendered.
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

    private void AssertContains(CrawlOutput crawl, string path, string sentence)
    {
        var page = Of(crawl, path);
        Assert.True(
            page.Markdown?.Contains(sentence, StringComparison.Ordinal),
            $"{path} by {page.RenderedBy}, attempt {page.Attempts}, does not say '{sentence}': {page.Markdown}"
        );
    }
}
