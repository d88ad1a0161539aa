using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Pages whose content comes later than a page is waited for, from the command line.</summary>
[Needs(Need.Chromium)]
public sealed class WaitTests : EndToEndTest
{
    [Fact]
    public async Task Scrape_WaitFor_PrintsWhatAppearsLater()
    {
        NeedsChromium();
        await using var site = await LatePages.StartAsync();

        var without = await RunAsync("scrape", site.Url, "--allow-private", "--render", "always");
        var with = await RunAsync("scrape", site.Url, "--allow-private", "--wait-for", "css:#late");

        Assert.Equal(0, with.Code);
        Assert.DoesNotContain(LatePages.Content, without.Out, StringComparison.Ordinal);
        Assert.Contains(LatePages.Content, with.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_ConditionNeverHolds_FailsAndNamesIt()
    {
        NeedsChromium();
        await using var site = await LatePages.StartAsync();

        var exit = await RunAsync(
            "scrape",
            site.Url,
            "--allow-private",
            "--wait-for",
            "text:no such words",
            "--timeout",
            "15"
        );

        Assert.Equal(3, exit.Code);
        Assert.Contains(
            "the page did not show text:no such words within its time limit",
            exit.Error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Crawl_WaitFor_StoresItOfEveryPage()
    {
        NeedsChromium();
        await using var site = await LatePages.StartAsync();

        var exit = await RunAsync(
            site.Url,
            "--allow-private",
            "--depth",
            "1",
            "--wait-for",
            $"text:{LatePages.Content}",
            "--out",
            "out",
            "--quiet"
        );

        Assert.Equal(0, exit.Code);
        var pages = Read("out").Pages;
        Assert.Equal(3, pages.Count);
        Assert.All(pages, p => Assert.Contains(LatePages.Content, p.Markdown, StringComparison.Ordinal));
        Assert.All(pages, p => Assert.Equal(RenderReason.Requested, p.RenderReason));
    }

    [Theory]
    [InlineData(
        "--wait-for",
        "xpath://b",
        "'xpath://b' is not a condition; css: with a selector, text: with a text and js: with an expression are allowed."
    )]
    [InlineData(
        "--wait-until",
        "idle",
        "--wait-until is 'idle'; it must be one of domContentLoaded, load, networkIdle"
    )]
    [InlineData("--page-delay", "60001", "--page-delay is '60001'; it must be a whole number from 0 to 60000")]
    public async Task Scrape_InvalidWait_NamesTheValueAndWhatIsAllowed(string option, string value, string message)
    {
        var exit = await RunAsync("scrape", "https://a.example/", option, value);

        Assert.Equal(2, exit.Code);
        Assert.Contains(message, exit.Error, StringComparison.Ordinal);
    }
}
