using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Everything that a browser does for a page, by the library.</summary>
public class CrawlerFeatureTests : BrowserTestBase
{
    public static IEnumerable<TheoryDataRow<string>> Names =>
        FeaturePages.All.Keys.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scrape_PageThatNeedsABrowser_IsComplete(string name)
    {
        await using var site = await FeaturePages.StartAsync();
        var feature = FeaturePages.All[name];
        using var engine = Variable.Set(ChromiumLocator.EngineVariable, NameOf(Engine));
        using var secret = Variable.Set("CRAWL_SECRET_" + FeaturePages.Secret, FeaturePages.Password);
        await using var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true });

        var page = await crawler.ScrapeAsync(
            site.Url + name,
            new PageRequest { Page = feature.Page, Render = RenderMode.Always },
            Cancellation
        );

        Assert.Null(page.Error);
        feature.AssertFound(page.Markdown);
        if (feature.Artifact is { } artifact)
            FeaturePages.AssertFile(artifact, page.Artifacts![artifact].Data!.Value.Span);
        Assert.True(Assert.Single(page.Receipts!).IsClean);
    }

    private static string NameOf(BrowserEngine engine) => engine.ToString().ToLowerInvariant();

    /// <summary>A variable of this process during a test. Tests with browsers run alone.</summary>
    private sealed class Variable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        private Variable(string name) => (_name, _before) = (name, Environment.GetEnvironmentVariable(name));

        public static Variable Set(string name, string value)
        {
            var variable = new Variable(name);
            Environment.SetEnvironmentVariable(name, value);
            return variable;
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}

public sealed class PlaywrightCrawlerFeatureTests : CrawlerFeatureTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
