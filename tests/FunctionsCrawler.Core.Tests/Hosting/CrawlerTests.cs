using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Fetching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>The public API: <see cref="Crawler"/> and its registration.</summary>
public sealed class CrawlerTests : IDisposable
{
    // The other tests of this process may use much at the same time.
    private const int Memory = 16_384;

    private readonly string _folder = Directory.CreateTempSubdirectory("crawler-tests-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task CrawlAsync_Site_ReturnsEachPageOnce()
    {
        await using var site = await CrawlSite.StartAsync(40);
        await using var crawler = new Crawler(
            new CrawlerOptions
            {
                OutputFolder = _folder,
                AllowPrivate = true,
                MemoryMb = Memory,
            }
        );

        var pages = await crawler.CrawlAsync(site.Root, Request(), Cancellation).ToListAsync(Cancellation);

        Assert.Equal(40, pages.Count);
        Assert.Equal(40, pages.Select(p => p.Url).Distinct(StringComparer.Ordinal).Count());
        Assert.All(pages, page => Assert.Null(page.Error));
        Assert.NotEmpty(Directory.EnumerateFiles(_folder, "summary.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task RunAsync_ASite_ReturnsTheSummaryAndReportsEachPage()
    {
        await using var site = await CrawlSite.StartAsync(12);
        await using var crawler = new Crawler(
            new CrawlerOptions
            {
                OutputFolder = _folder,
                AllowPrivate = true,
                MemoryMb = Memory,
            }
        );
        var pages = new List<string>();

        var summary = await crawler.RunAsync(
            site.Root,
            Request(),
            page => pages.Add(page.Url),
            cancellationToken: Cancellation
        );

        Assert.Equal((CrawlState.Completed, 12, 0), (summary.State, summary.Pages.Succeeded, summary.Browsers.Residue));
        Assert.Equal(12, pages.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task CrawlAsync_EnumerationStopped_CancelsTheCrawl()
    {
        await using var site = await CrawlSite.StartAsync(200);
        // The crawl cannot end before it is cancelled.
        site.Delay = (path, token) => path is "/p/50" ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask;
        await using var crawler = new Crawler(
            new CrawlerOptions
            {
                OutputFolder = _folder,
                AllowPrivate = true,
                MemoryMb = Memory,
            }
        );

        await foreach (var page in crawler.CrawlAsync(site.Root, Request(), Cancellation))
        {
            Assert.NotNull(page.Markdown);
            break;
        }

        var summary = Assert.Single(Directory.EnumerateFiles(_folder, "summary.json", SearchOption.AllDirectories));
        Assert.Contains("\"Cancelled\"", await File.ReadAllTextAsync(summary, Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CrawlAsync_InvalidRequest_NamesEveryFault()
    {
        await using var crawler = new Crawler();

        var fault = Assert.Throws<ArgumentException>(() =>
        {
            _ = crawler.CrawlAsync("ftp://a.example/", new CrawlRequest { MaxDepth = -1 }, Cancellation);
        });

        Assert.Contains("maxDepth: -1 is out of range", fault.Message, StringComparison.Ordinal);
        Assert.Contains("urls[0]: ", fault.Message, StringComparison.Ordinal);
    }

    // The first crawler once put its temporary folder into the options, and deleted it under the second one.
    [Fact]
    public async Task Crawlers_SameOptionsWithoutAFolder_HaveFoldersOfTheirOwn()
    {
        await using var site = await CrawlSite.StartAsync(3);
        var options = new CrawlerOptions { AllowPrivate = true, MemoryMb = Memory };
        await using var second = new Crawler(options);
        await using (var first = new Crawler(options))
            await first.RunAsync(site.Root, Request(), cancellationToken: Cancellation);

        var summary = await second.RunAsync(site.Root, Request(), cancellationToken: Cancellation);

        Assert.Equal(3, summary.Pages.Succeeded);
        Assert.Null(options.OutputFolder);
    }

    // In a process without reflection-based JSON every browser once failed, and the crawl still looked completed.
    [Fact]
    [Needs(Need.Process)]
    public async Task CrawlAsync_NoBrowserStarts_ThrowsAfterTheRecords()
    {
        await using var site = await CrawlSite.StartAsync(1);
        await using var crawler = new Crawler(
            new CrawlerOptions
            {
                MemoryMb = Memory,
                OutputFolder = _folder,
                AllowPrivate = true,
                Chromium = new ChromiumLocation("/bin/false", "test"),
            }
        );
        var pages = new List<PageRecord>();

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            var request = new CrawlRequest { Render = RenderMode.Always };
            await foreach (var page in crawler.CrawlAsync(site.Root, request, Cancellation))
                pages.Add(page);
        });

        Assert.Equal(ErrorCode.Internal, Assert.Single(pages).Error?.Code);
        Assert.Contains("every page of the crawl", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(pages[0].Error!.Message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScrapeAsync_WithoutOutputFolder_LeavesNoTemporaryFolder()
    {
        await using var site = await CrawlSite.StartAsync(1);
        var before = Directory.GetDirectories(Path.GetTempPath(), "crawler-*");
        await using (var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true, MemoryMb = Memory }))
        {
            var page = await crawler.ScrapeAsync(
                site.Root,
                new PageRequest { Render = RenderMode.Never },
                Cancellation
            );
            Assert.Equal("/p/0", page.Title);
            Assert.Equal(page.Markdown, page.MainMarkdown);
        }

        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "crawler-*").Except(before));
    }

    [Fact]
    public void Constructor_InvalidOptions_NamesAllWithTheirValues()
    {
        var fault = Assert.Throws<OptionsValidationException>(() =>
            new Crawler(
                new CrawlerOptions
                {
                    MemoryMb = 100,
                    SpareBrowsers = 9,
                    Allow = ["10.0.0.0/99"],
                }
            )
        );

        Assert.Contains("MemoryMb is 100; 512 to 1,048,576 is allowed", fault.Message, StringComparison.Ordinal);
        Assert.Contains("SpareBrowsers is 9; 0 to 4 is allowed", fault.Message, StringComparison.Ordinal);
        Assert.Contains("10.0.0.0/99", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddFunctionsCrawler_InAnApplication_StartsCrawlsAndStops()
    {
        await using var site = await CrawlSite.StartAsync(10);
        var services = new ServiceCollection();
        services.AddFunctionsCrawler(options => (options.OutputFolder, options.AllowPrivate) = (_folder, true));
        await using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        var hosted = provider.GetServices<IHostedService>().ToList();
        foreach (var service in hosted)
            await service.StartAsync(Cancellation);

        var pages = await provider
            .GetRequiredService<Crawler>()
            .CrawlAsync(site.Root, Request(), Cancellation)
            .ToListAsync(Cancellation);

        Assert.Equal(10, pages.Count);
        foreach (var service in hosted)
            await service.StopAsync(Cancellation);
    }

    [Fact]
    public void AddFunctionsCrawler_InvalidOptions_FailOnStart()
    {
        var services = new ServiceCollection();
        services.AddFunctionsCrawler(options => options.MaxRunning = 0);
        using var provider = services.BuildServiceProvider();

        var fault = Assert.Throws<OptionsValidationException>(() =>
            provider.GetRequiredService<IStartupValidator>().Validate()
        );

        Assert.Contains("MaxRunning is 0; 1 to 100 is allowed", fault.Message, StringComparison.Ordinal);
    }

    private static CrawlRequest Request() => new() { MaxDepth = 20, Render = RenderMode.Never };
}
