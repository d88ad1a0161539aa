using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Output;

public sealed class SummaryTextTests
{
    private static readonly CrawlSummary Summary = new()
    {
        Id = "a",
        Mode = CrawlMode.Recursive,
        State = CrawlState.Completed,
        StartedAt = DateTimeOffset.UnixEpoch,
        EndedAt = DateTimeOffset.UnixEpoch.AddSeconds(4),
        Pages = new SummaryPages(1, 0, new SummarySkipped(0, 0, 1, 0, 0), 0),
        PagesPerSecond = 0.25,
        RenderedShare = 0,
        Bytes = 1,
        Errors = [],
        Browsers = new SummaryBrowsers(1, 100, 1, 2, 3, 1, 0),
    };

    [Fact]
    public void Counts_OfOne_AreSingular()
    {
        var text = Describe(Summary);

        Assert.StartsWith("Completed: 1 page stored, 0 failed, in 0:00:04", text, StringComparison.Ordinal);
        Assert.Contains(
            "Skipped: 1 file, 0 out of scope, 0 by robots.txt, 0 beyond a limit",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("1 process killed", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Duplicates_OfPagesAndOfStartUrls_AreCountedSeparately()
    {
        var pages = new SummaryPages(5, 0, new SummarySkipped(0, 0, 0, 1, 0), 0) { Duplicates = 2 };

        var text = Describe(Summary with { Pages = pages });

        Assert.Contains("5 pages stored (2 duplicates), 0 failed", text, StringComparison.Ordinal);
        Assert.Contains("1 repeated start URL,", text, StringComparison.Ordinal);
    }

    [Fact]
    public void DroppedEntries_OfSitemaps_AreTold()
    {
        Assert.DoesNotContain("Left out", Describe(Summary), StringComparison.Ordinal);
        Assert.Contains(
            "Left out of sitemaps and lists: 1 entry without",
            Describe(Summary with { DroppedEntries = 1 }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void PagesBeyondALimit_LocalCrawl_NameTheOptionsThatContinue()
    {
        var beyond = Summary with { Pages = Summary.Pages with { Skipped = new SummarySkipped(0, 0, 0, 0, 7) } };

        Assert.Contains(
            "Skipped because of a limit: 7; crawl --resume 'out' with a higher --max-pages",
            Describe(beyond),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "--resume",
            SummaryText.Describe(beyond, "out", new CrawlSettings(), canResume: false),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "--resume",
            SummaryText.Describe(beyond, null, null, canResume: true),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void BlockedAddress_LocalCrawl_NamesTheOptionThatAllowsIt()
    {
        var blocked = Summary with { Errors = [new SummaryError(ErrorCode.BlockedAddress, 1, "http://127.0.0.1/")] };

        Assert.Contains("--allow-private", Describe(blocked), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "--allow-private",
            SummaryText.Describe(blocked, "out", new CrawlSettings { AllowPrivate = true }, canResume: true),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "--allow-private",
            SummaryText.Describe(blocked, null, null, canResume: true),
            StringComparison.Ordinal
        );
    }

    private static string Describe(CrawlSummary summary) =>
        SummaryText.Describe(summary, "out", new CrawlSettings(), canResume: true);
}
