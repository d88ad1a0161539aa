using System.Collections.Concurrent;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Politeness;

public sealed class PolitenessTests : IDisposable
{
    private readonly TimerTime _time = new();
    private readonly AnswerTable _site = new();
    private readonly RobotsCache _cache;
    private readonly HostPacer _pacer;

    public PolitenessTests()
    {
        _cache = new RobotsCache(_site, CrawlerIdentity.ProductToken, _time);
        _pacer = new HostPacer(_time);
    }

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Visit_Disallowed_YieldsRecordWithoutRequest()
    {
        _site.Add("https://a.example/robots.txt", "User-agent: *\nDisallow: /no");
        var record = await VisitAsync("https://a.example/no/page");
        Assert.Equal((ErrorCode.Robots, 0), (record.Error?.Code, record.Attempts));
        Assert.Equal(1, PageCounts.Of([record]).Robots);
        Assert.Equal(["https://a.example/robots.txt"], _site.Asked);
    }

    [Fact]
    public async Task Visit_RobotsIgnored_RequestsOnlyThePage()
    {
        _site
            .Add("https://a.example/robots.txt", "User-agent: *\nDisallow: /")
            .Add("https://a.example/p", "<meta name=robots content=noindex,nofollow><a href=/q>q</a>", "none");
        var record = await VisitAsync("https://a.example/p", respectRobots: false);
        Assert.Null(record.Error);
        Assert.Null(record.NoFollow);
        Assert.Equal(["https://a.example/p"], _site.Asked);
    }

    [Fact]
    public async Task Visit_RedirectsToDisallowedPage_IsNotStored()
    {
        _site
            .Add("https://a.example/robots.txt", "User-agent: *\nDisallow: /no")
            .Add(
                "https://a.example/p",
                AnswerTable.Answer(200, "<p>secret") with
                {
                    FinalUrl = "https://a.example/no",
                }
            );
        var record = await VisitAsync("https://a.example/p");
        Assert.Equal(ErrorCode.Robots, record.Error?.Code);
        Assert.Contains("redirects to https://a.example/no", record.Error!.Message, StringComparison.Ordinal);
        Assert.Null(record.Markdown);
    }

    [Theory]
    [InlineData("<meta name=robots content=NOINDEX>", null, true, false)]
    [InlineData("<meta name=robots content='index, nofollow'>", null, false, true)]
    [InlineData("<meta name=functionscrawler content=none><meta name=robots content=all>", null, true, true)]
    [InlineData("<meta name=otherbot content=none>", null, false, false)]
    [InlineData("", "noindex", true, false)]
    [InlineData("", "otherbot: noindex", false, false)]
    [InlineData("", "FunctionsCrawler: nofollow", false, true)]
    [InlineData("<meta name=robots content=nofollow>", "noindex", true, true)]
    public async Task Visit_Directives_AreObeyed(string head, string? header, bool noIndex, bool noFollow)
    {
        _site.Add(
            "https://a.example/p",
            $"<html><head><title>T</title>{head}</head><a href=/q>q</a>",
            header is null ? [] : [header]
        );
        var page = await VisitPageAsync("https://a.example/p");
        var record = page.Record;
        Assert.Equal(noIndex ? ErrorCode.Robots : null, record.Error?.Code);
        Assert.Equal(noIndex, record.Markdown is null);
        Assert.Equal(noIndex, record.Title is null);
        var followed = ChunkHeaders.Of([page]).Links.Select(l => l.Url);
        Assert.Equal(noFollow ? [] : ["https://a.example/q"], followed);
    }

    [Fact]
    public async Task WaitTurn_CrawlDelay_SpacesVisitsAndIsReported()
    {
        _site.Add("https://slow.example/robots.txt", "User-agent: *\nCrawl-delay: 2.5");
        var politeness = Open();
        var startTimes = new List<double>();
        var started = 0;
        var beginning = _time.GetUtcNow();
        var visits = Task.WhenAll(Enumerable.Range(0, 3).Select(VisitOnce));
        // The first visit waits too, because robots.txt was fetched at 0.
        for (var number = 1; number <= 3; number++)
        {
            var due = beginning.AddSeconds(2.5 * number);
            await Eventually.IsTrueAsync(() => _time.HasTimerDue(due), $"visit {number} waits");
            _time.Advance(TimeSpan.FromSeconds(2.5));
            await Eventually.IsTrueAsync(() => Volatile.Read(ref started) == number, $"visit {number} starts");
        }
        await visits;
        Assert.Equal([2.5, 5, 7.5], startTimes);
        Assert.Equal(["slow.example"], politeness.DelayedHosts);

        async Task VisitOnce(int number)
        {
            using var turn = await politeness.WaitTurnAsync(
                new Uri($"https://slow.example/{number}"),
                TimeSpan.FromMinutes(1),
                TestContext.Current.CancellationToken
            );
            Assert.NotNull(turn);
            lock (startTimes)
                startTimes.Add((_time.GetUtcNow() - beginning).TotalSeconds);
            Interlocked.Increment(ref started);
        }
    }

    [Fact]
    public async Task Visit_TooManyRequests_WaitsForRetryAfter()
    {
        _site.Add(
            "https://a.example/p",
            AnswerTable.Answer(429) with
            {
                RetryAfter = "30",
            },
            AnswerTable.Answer(200, "<p>came") with
            {
                FinalUrl = "https://a.example/p",
            }
        );
        var started = _time.GetUtcNow();
        var record = await VisitAsync("https://a.example/p");
        Assert.Equal((null, 2), (record.Error, record.Attempts));
        Assert.InRange((_time.GetUtcNow() - started).TotalSeconds, 30, 31);
    }

    [Fact]
    public async Task Visit_FailsOnAllAttempts_CountsAsOneRefusal()
    {
        using (await _pacer.WaitTurnAsync("a.example", default, default, TestContext.Current.CancellationToken))
        {
            _site.Add("https://a.example/p", AnswerTable.Answer(503));
            Assert.Equal(3, (await VisitAsync("https://a.example/p")).Attempts);
        }
        var next = _pacer.WaitTurnAsync("a.example", default, default, TestContext.Current.CancellationToken);
        Assert.Null(await next);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        using var turn = await _pacer.WaitTurnAsync(
            "a.example",
            default,
            default,
            TestContext.Current.CancellationToken
        );
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task Visit_LongRetryAfter_EndsVisitAndPausesHost()
    {
        using (await _pacer.WaitTurnAsync("a.example", default, default, TestContext.Current.CancellationToken))
        {
            var later = (_time.GetUtcNow() + TimeSpan.FromMinutes(5)).ToString("R");
            _site.Add("https://a.example/p", AnswerTable.Answer(503) with { RetryAfter = later });
            var record = await VisitAsync("https://a.example/p");
            Assert.Equal((ErrorCode.Http5xx, 1), (record.Error?.Code, record.Attempts));
        }
        var started = _time.GetUtcNow();
        var next = _pacer.WaitTurnAsync(
            "a.example",
            default,
            TimeSpan.FromHours(1),
            TestContext.Current.CancellationToken
        );
        await RunClockAsync(next);
        Assert.InRange((_time.GetUtcNow() - started).TotalSeconds, 299, 301);
        (await next)!.Dispose();
    }

    private PolitenessRules Open(bool respectRobots = true) =>
        new(respectRobots ? _cache : null, _pacer, default, _time);

    private async Task<PageRecord> VisitAsync(string url, bool respectRobots = true) =>
        (await VisitPageAsync(url, respectRobots)).Record;

    private async Task<ScrapedPage> VisitPageAsync(string url, bool respectRobots = true)
    {
        var reader = new PageReader(new PageLimits(), ExtractionPlan.Standard, respectRobots);
        var scraper = new PageScraper(
            _site,
            reader,
            Open(respectRobots),
            TimeSpan.FromSeconds(7),
            LargeDocumentGate.Unbudgeted,
            _time
        );
        var target = new PageTarget(url) { Depth = 1, ParentUrl = "https://a.example/" };
        var visiting = scraper.ScrapeAsync(target, TestContext.Current.CancellationToken);
        await RunClockAsync(visiting);
        return await visiting;
    }

    private async Task RunClockAsync(Task task)
    {
        for (var i = 0; !task.IsCompleted; i++)
        {
            // Let continuations that have become due run before advancing the clock further, also when other tests keep the
            // thread pool busy.
            for (var turn = 0; turn < 50 && !task.IsCompleted; turn++)
                await Task.Yield();
            for (var wait = 0; wait < 20 && ThreadPool.PendingWorkItemCount > 0; wait++)
                await Task.Delay(1);
            if (i % 2 == 1)
                await Task.Delay(1);
            _time.Advance(TimeSpan.FromMilliseconds(500));
        }
    }

    /// <summary>A clock that tells whether a timer was set, so that a test does not advance it too early.</summary>
    private sealed class TimerTime : FakeTimeProvider
    {
        private readonly ConcurrentDictionary<DateTimeOffset, bool> _due = new();

        public bool HasTimerDue(DateTimeOffset time) => _due.ContainsKey(time);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero)
                _due[GetUtcNow() + dueTime] = true;
            return timer;
        }
    }
}
