using System.IO.Hashing;
using System.Text;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class FrontierVisitorTests : IPageFetcher
{
    private readonly Queue<FetchResult> _results = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
        AutoAdvanceAmount = TimeSpan.Zero,
    };
    private readonly List<(Uri Url, TimeSpan Deadline)> _fetches = [];
    private readonly PageLimits _limits = new() { MaxNodes = 1000 };

    Task<FetchResult> IPageFetcher.FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        _fetches.Add((url, deadline));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        return Task.FromResult(_results.Dequeue());
    }

    private async Task<PageRecord> VisitAsync(string url, int depth, params FetchResult[] results)
    {
        foreach (var result in results)
            _results.Enqueue(result);
        var roots = (string[])["https://example.com/"];
        var request = new CrawlRequest { Urls = roots };
        var scope = CrawlScope.For(request, roots);
        var politeness = new PolitenessRules(null, new HostPacer(_time), TimeSpan.Zero, _time);
        var visitor = new FrontierVisitor(
            Scraper(new PageReader(_limits, ExtractionPlan.Standard, politeness.RespectsRobots)),
            Scraper(new SitemapContentReader(_limits.MaxSitemapEntries)),
            request,
            scope,
            _time
        );
        var parent = depth == 0 ? null : roots[0];
        var visiting = visitor.VisitAsync(new FrontierUrl(url, depth, parent), TestContext.Current.CancellationToken);
        // The delays between attempts use the fake clock.
        while (!visiting.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        Assert.Empty(_results);
        return (await visiting).Record;

        PageScraper Scraper(IContentReader reader) =>
            new(this, reader, politeness, TimeSpan.FromSeconds(7), LargeDocumentGate.Unbudgeted, _time);
    }

    private static FetchResult Html(string html, string url = "https://example.com/a") =>
        new()
        {
            FinalUrl = url,
            Status = 200,
            ContentType = "text/html",
            Text = html,
            Bytes = html.Length,
            RenderedBy = RenderedBy.Browser,
        };

    private static FetchResult Failed(ErrorCode code, int? status = null) =>
        new()
        {
            Status = status,
            Error = new PageError(code, "it failed"),
            RenderedBy = RenderedBy.Browser,
        };

    [Theory]
    [InlineData(997, null)]
    [InlineData(998, ErrorCode.TooLarge)]
    public async Task Visit_MoreElementsThanAllowed_TooLarge(int count, ErrorCode? code)
    {
        // Plus html, head and body.
        var html = string.Concat(Enumerable.Repeat("<i>x</i>", count));
        var record = await VisitAsync("https://example.com/a", 1, Html(html));
        Assert.Equal(code, record.Error?.Code);
        Assert.Equal(code is null, record.Markdown is not null);
    }

    [Fact]
    public async Task Visit_Page_RecordOfThePage()
    {
        var record = await VisitAsync(
            "https://example.com/a",
            2,
            Html("<html lang=en><title>A</title><body><h1>Head</h1><a href=/b>b</a></body></html>")
        );
        Assert.Null(record.Error);
        Assert.Equal(
            ("https://example.com/a", 2, "https://example.com/"),
            (record.Url, record.Depth, record.ParentUrl)
        );
        Assert.Equal((200, "text/html", RenderedBy.Browser), (record.Status, record.ContentType, record.RenderedBy));
        Assert.Equal(("A", "en"), (record.Title, record.Language));
        Assert.Equal("https://example.com/b", Assert.Single(record.Links).Url);
        Assert.Contains("Head", record.Markdown, StringComparison.Ordinal);
        Assert.Equal(HashOf(record.Markdown!), record.ContentHash);
        Assert.Equal((1, 100), (record.Attempts, record.DurationMs));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), record.FetchedAt);
        Assert.Equal((new Uri("https://example.com/a"), TimeSpan.FromSeconds(7)), Assert.Single(_fetches));
    }

    [Fact]
    public async Task Visit_Text_UnchangedAsMarkdown()
    {
        var text = Html("a *plain* <b>text</b>") with { ContentType = "text/plain", RenderedBy = RenderedBy.Http };
        var record = await VisitAsync("https://example.com/a.txt", 1, text);
        Assert.Equal("a *plain* <b>text</b>", record.Markdown);
        Assert.Equal(HashOf(record.Markdown!), record.ContentHash);
        Assert.Empty(record.Links);
        Assert.Null(record.Title);
        Assert.Equal(RenderedBy.Http, record.RenderedBy);
    }

    [Fact]
    public async Task Visit_LinkWithDownloadExtension_NotFetched()
    {
        var record = await VisitAsync("https://example.com/a.zip", 1);
        Assert.Equal(ErrorCode.UnsupportedType, record.Error?.Code);
        Assert.Equal(0, record.Attempts);
        Assert.Null(record.RenderedBy);
        Assert.Empty(_fetches);
    }

    [Fact]
    public async Task Visit_StartPageWithDownloadExtension_Fetched()
    {
        var record = await VisitAsync(
            "https://example.com/wiki/Node.js",
            0,
            Html("<p>Node", "https://example.com/wiki/Node.js")
        );
        Assert.Null(record.Error);
        Assert.Equal(1, record.Attempts);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task Visit_RedirectOutOfScope_FailsUnlessItIsAStartPage(int depth, bool fails)
    {
        var record = await VisitAsync("https://example.com/a", depth, Html("<p>elsewhere", "https://other.org/x"));
        Assert.Equal(fails ? ErrorCode.OutOfScope : null, record.Error?.Code);
        Assert.Equal("https://other.org/x", record.FinalUrl);
        Assert.Equal(fails, record.Markdown is null);
    }

    [Fact]
    public async Task Visit_TransientFailures_RetriedAndCounted()
    {
        var record = await VisitAsync(
            "https://example.com/a",
            1,
            Failed(ErrorCode.Connect),
            Failed(ErrorCode.Http5xx, 503),
            Html("<p>came")
        );
        Assert.Null(record.Error);
        Assert.Equal(3, record.Attempts);
        Assert.True(record.DurationMs > 300, "waiting counts");
    }

    [Theory]
    [InlineData(ErrorCode.Timeout, null)]
    [InlineData(ErrorCode.Http4xx, 404)]
    [InlineData(ErrorCode.RendererCrashed, null)]
    public async Task Visit_PermanentFailure_NotRetried(ErrorCode code, int? status)
    {
        var record = await VisitAsync("https://example.com/a", 1, Failed(code, status));
        Assert.Equal(code, record.Error?.Code);
        Assert.Equal(1, record.Attempts);
        Assert.Null(record.Markdown);
        Assert.Null(record.ContentHash);
        // Without a response, nothing was rendered.
        Assert.Equal(status is null ? null : RenderedBy.Browser, record.RenderedBy);
    }

    private static string HashOf(string text) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text)));
}
