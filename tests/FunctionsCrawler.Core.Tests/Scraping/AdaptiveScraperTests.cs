using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Rendering;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Scraping;

/// <summary>Decisions about single pages, without a browser.</summary>
public class AdaptiveScraperTests
{
    private const string Site = "https://example.com/docs/";
    private const string Kind = "example.com scripts ";

    private static readonly RenderSigns HasScripts = new("scripts", null, IsStrong: false);

    private readonly FakeScraper _http = new(RenderedBy.Http);
    private readonly FakeScraper _browser = new(RenderedBy.Browser);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scrape_NoScripts_IsNotRendered()
    {
        _http.Signs = new RenderSigns(null, null, IsStrong: false);

        var record = (await ScrapeAsync(new RenderLessons([]), "a")).Record;

        Assert.Equal((RenderedBy.Http, RenderReason.NoScripts), (record.RenderedBy, record.RenderReason));
        Assert.Empty(_browser.Visited);
    }

    [Fact]
    public async Task Scrape_PagesOfOneKindAtOnce_OneIsComparedAndTheOthersTrustIt()
    {
        _browser.Gate = new TaskCompletionSource();
        var lessons = new RenderLessons([]);

        var scraping = Enumerable.Range(0, 5).Select(n => ScrapeAsync(lessons, $"{n}")).ToList();
        _browser.Gate.SetResult();
        var pages = await Task.WhenAll(scraping);

        Assert.Single(_browser.Visited);
        Assert.Equal(
            [RenderReason.Verified, .. Enumerable.Repeat(RenderReason.Learned, 4)],
            pages.Select(p => p.Record.RenderReason!.Value).Order()
        );
        Assert.Equal(4, pages.Count(p => p.TrustedKind == Kind));
        Assert.All(pages, p => Assert.Equal(RenderedBy.Http, p.Record.RenderedBy));
        Assert.Equal(new RenderLesson(Kind, 1, 0), lessons.Find(Kind));
    }

    [Fact]
    public async Task Scrape_RenderingAddsContent_AllPagesOfTheKindAreRendered()
    {
        _browser.Content = "the table that a script loads";
        var lessons = new RenderLessons([]);

        var first = (await ScrapeAsync(lessons, "a")).Record;
        var second = (await ScrapeAsync(lessons, "b")).Record;

        Assert.Equal((RenderedBy.Browser, RenderReason.Corrected), (first.RenderedBy, first.RenderReason));
        Assert.Equal((RenderedBy.Browser, RenderReason.Learned), (second.RenderedBy, second.RenderReason));
    }

    [Fact]
    public async Task Scrape_ComparisonFails_KeepsThePageAndComparesTheNext()
    {
        _browser.Error = new PageError(ErrorCode.Timeout, "the page took too long");
        var lessons = new RenderLessons([]);

        var record = (await ScrapeAsync(lessons, "a")).Record;
        _browser.Error = null;
        await ScrapeAsync(lessons, "b");

        Assert.Equal((null, RenderedBy.Http), (record.Error, record.RenderedBy));
        Assert.Equal(2, _browser.Visited.Count);
    }

    [Fact]
    public async Task BeginCompare_LessonLearnedSinceTheCallerLooked_ComparesNothing()
    {
        var lessons = new RenderLessons([]);
        lessons.Add(Kind, differed: false);
        Assert.False(await lessons.BeginCompareAsync(Kind, Cancellation));
    }

    // What the page of a sample turns out to need overrules what was trusted before, so that the chunk hands those pages back.
    [Fact]
    public async Task Scrape_SampleDiffers_TheTrustedKindNeedsRendering()
    {
        _browser.Content = "the table that a script loads";
        var lessons = new RenderLessons([new RenderLesson(Kind, 3, 0)]);
        var sampled = Enumerable.Range(0, 100_000).First(n => UrlHash.Of($"{Site}{n}") % 2_000UL == 0);

        var trusted = await ScrapeAsync(lessons, sampled == 0 ? "1" : "0");
        var sample = (await ScrapeAsync(lessons, $"{sampled}")).Record;

        Assert.Equal(RenderedBy.Http, trusted.Record.RenderedBy);
        Assert.Equal(RenderReason.Corrected, sample.RenderReason);
        Assert.True(lessons.Find(trusted.TrustedKind!)!.NeedsRendering);
    }

    [Theory]
    [InlineData(3, 0, RenderedBy.Browser)]
    [InlineData(2, 0, RenderedBy.Http)]
    [InlineData(3, 1, RenderedBy.Http)]
    public async Task Scrape_ShapeKnown_IsRenderedAtOnceIfAllItsPagesNeededIt(int differed, int same, RenderedBy first)
    {
        _http.Signs = new RenderSigns(null, null, IsStrong: false);
        var shape = new RenderLesson("example.com/docs/*", same, differed);

        await ScrapeAsync(new RenderLessons([shape]), "a");

        Assert.Equal(first, _http.Visited.Count > 0 ? RenderedBy.Http : RenderedBy.Browser);
    }

    [Theory]
    [InlineData(null, RenderedBy.Http, RenderReason.HasContent)]
    [InlineData(RenderReason.LittleText, RenderedBy.Browser, RenderReason.LittleText)]
    public async Task Scrape_Alone_IsRenderedOnEvidenceOnly(RenderReason? evidence, RenderedBy by, RenderReason reason)
    {
        _http.Signs = HasScripts with { Evidence = evidence };

        var record = (await ScrapeAsync(new RenderLessons([]), "a", verifies: false)).Record;

        Assert.Equal((by, reason), (record.RenderedBy, record.RenderReason));
    }

    [Fact]
    public void NeedsRendering_FewOfMany_DoesNotTurnAWholeKind()
    {
        Assert.True(new RenderLesson(Kind, 19, 1).NeedsRendering);
        Assert.False(new RenderLesson(Kind, 20, 1).NeedsRendering);
        Assert.False(new RenderLesson(Kind, 0, 0).NeedsRendering);
    }

    [Fact]
    public void Add_LessonsOfChunks_AreSumsInTheOrderOfTheirKinds()
    {
        var sums = new LessonSums();
        sums.Add([new RenderLesson("b", 1, 0), new RenderLesson("a", 0, 2)]);
        sums.Add([new RenderLesson("a", 3, 0), new RenderLesson("c", 1, 1)]);
        Assert.Equal([new("b", 1, 0), new("a", 3, 2), new("c", 1, 1)], sums.All);
    }

    private Task<ScrapedPage> ScrapeAsync(RenderLessons lessons, string page, bool verifies = true) =>
        new AdaptiveScraper(_http, _browser, lessons, verifies, isRequested: false).ScrapeAsync(
            new PageTarget(Site + page),
            Cancellation
        );

    private sealed class FakeScraper(RenderedBy by) : IPageScraper
    {
        public List<string> Visited { get; } = [];

        public RenderSigns Signs { get; set; } = HasScripts;

        public string Content { get; set; } = "what the server sends";

        public PageError? Error { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public async Task<ScrapedPage> ScrapeAsync(PageTarget target, CancellationToken cancellationToken)
        {
            lock (Visited)
                Visited.Add(target.Url);
            if (Gate is not null)
                await Gate.Task.WaitAsync(cancellationToken);
            return new ScrapedPage(
                new PageRecord
                {
                    Url = target.Url,
                    Status = 200,
                    RenderedBy = by,
                    Error = Error,
                }
            )
            {
                Signs = Signs,
                Content = Content,
            };
        }
    }
}
