using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Network.Logins;
using TestSite = FunctionsCrawler.EndToEnd.Tests.Sites.TestSite;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Logging in by steps, and the pages that the saved login opens.</summary>
public class LoginServiceTests : BrowserTestBase
{
    [Theory]
    [InlineData(RenderMode.Never, false)]
    [InlineData(RenderMode.Always, true)]
    // The storage of its origin is known, so the page is rendered.
    [InlineData(RenderMode.Auto, true)]
    public async Task Scrape_AfterLogin_HasThePageOfTheMember(RenderMode render, bool hasBalance)
    {
        await using var site = await MemberSite.StartAsync();
        await using var crawler = await LoggedInAsync(site);

        var page = await crawler.ScrapeAsync(site.Url + "order", new PageRequest { Render = render }, Cancellation);

        Assert.Null(page.Error);
        Assert.Contains(MemberSite.Content, page.Markdown, StringComparison.Ordinal);
        Assert.Equal(hasBalance, page.Markdown!.Contains(MemberSite.Balance, StringComparison.Ordinal));
        Assert.All(page.Receipts ?? [], AssertNothingLeft);
    }

    [Fact]
    public async Task Map_AfterLogin_ListsTheLinksOfTheMember()
    {
        await using var site = await MemberSite.StartAsync();
        await using var crawler = await LoggedInAsync(site);
        var map = await crawler.MapAsync(site.Url + "order", cancellationToken: Cancellation);
        Assert.Contains(map.Links, link => link.Url == site.Url + "order/more");
    }

    [Theory]
    [InlineData("wrong", 10, ErrorCode.Http4xx)]
    [InlineData("missing", 15, ErrorCode.Action)]
    [InlineData("hangs", 3, ErrorCode.Action, ErrorCode.Timeout)]
    [InlineData("empty", 10, ErrorCode.Action)]
    public async Task Login_Fails_SaysWhyAndLeavesNothing(string how, int seconds, params ErrorCode[] codes)
    {
        await using var site = await MemberSite.StartAsync();
        PageAction[] steps = how switch
        {
            "wrong" => Steps("wrong password")[..3],
            "missing" => [new() { Click = "#missing" }],
            "hangs" => [new() { Wait = "60000" }],
            _ => [],
        };
        var url = site.Url + (how == "empty" ? "empty" : "login");
        await using var crawler = new Crawler(Options());

        var result = await crawler.LoginAsync(Request(url, steps, seconds), Cancellation);

        Assert.Null(result.State);
        Assert.Contains(result.Error!.Code, codes);
        AssertNothingLeft(Assert.Single(result.Receipts));
        // Whatever happens, a login is not repeated.
        Assert.Single(site.Log, request => request.Path is "/login" or "/empty");
    }

    [Fact]
    public async Task Login_BlockedAddress_LaunchesNoBrowser()
    {
        await using var crawler = new Crawler(new CrawlerOptions());
        var result = await crawler.LoginAsync(Request("http://127.0.0.1:9/", [], 10), Cancellation);
        Assert.Equal(ErrorCode.BlockedAddress, result.Error!.Code);
        Assert.Empty(result.Receipts);
    }

    [Fact]
    public async Task Login_Cancelled_LeavesNoBrowser()
    {
        await using var site = await MemberSite.StartAsync();
        await using var crawler = new Crawler(Options());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var login = crawler.LoginAsync(Request(site.Url + "login", [new() { Wait = "60000" }], 120), stop.Token);
        await UntilAsync(() => site.Requests > 0);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => login.WaitAsync(Guard, Cancellation));
        Assert.Empty(Leftovers.Zombies());
        Assert.DoesNotContain(ProcessTable.Snapshot(), process => process.Parent == Environment.ProcessId);
    }

    [Fact]
    public async Task Login_SavedLoginOfTheProcess_IsNotUsed()
    {
        await using var site = await MemberSite.StartAsync();
        await using var crawler = await LoggedInAsync(site);
        // A member sees an order there instead of what is waited for.
        var result = await crawler.LoginAsync(
            Request(site.Url, [new() { Wait = "text:Please log in" }], 15),
            Cancellation
        );
        Assert.Equal("the login has left neither cookies nor localStorage", result.Error!.Message);
    }

    private async Task<Crawler> LoggedInAsync(TestSite site)
    {
        await using var first = new Crawler(Options());
        var result = await first.LoginAsync(Request(site.Url + "login", Steps(MemberSite.Password), 30), Cancellation);
        Assert.True(result.State is not null, result.Error?.Message);
        AssertNothingLeft(Assert.Single(result.Receipts));
        Assert.Equal("session", Assert.Single(result.State.Cookies).Name);
        var file = Path.GetTempFileName();
        try
        {
            await LoginStateFile.WriteAsync(file, result.Json, Cancellation);
            var options = Options();
            options.StorageState = file;
            return new Crawler(options);
        }
        finally
        {
            // It is read once, when the crawler is created.
            File.Delete(file);
        }
    }

    private CrawlerOptions Options()
    {
        _ = Launch;
        return new CrawlerOptions
        {
            AllowPrivate = true,
            MemoryMb = 16_384,
            Chromium = ChromiumLocator.Find(out _)! with { Engine = Engine },
        };
    }

    private static PageRequest Request(string url, PageAction[] steps, int seconds) =>
        new()
        {
            Url = url,
            Render = RenderMode.Always,
            Page = new PageOptions { Actions = steps, TimeoutSeconds = seconds },
        };

    private static PageAction[] Steps(string password) =>
        [
            new()
            {
                Write = new PageWrite { Into = "[name=user]", Text = "ada" },
            },
            new()
            {
                Write = new PageWrite { Into = "[name=password]", Text = password },
            },
            new() { Click = "text:Log in" },
            new() { Wait = "css:#account" },
        ];
}

public sealed class PlaywrightLoginServiceTests : LoginServiceTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
