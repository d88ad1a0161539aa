using System.Net;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Content behind a dialog, a login, a button, a frame and a virtual list, by command line and HTTP.</summary>
[Needs(Need.Chromium)]
public sealed class ActionTests : EndToEndTest
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["CRAWL_SECRET_LOGIN"] = InteractivePages.Password,
    };

    private static readonly string[] Options =
    [
        "--actions",
        "steps.json",
        "--remove-overlays",
        "--frames",
        "inline",
        "--scroll",
        "--allow-private",
    ];

    [Fact]
    public async Task Scrape_Steps_PrintsWhatIsBehindThem()
    {
        NeedsChromium();
        await using var site = await InteractivePages.StartAsync();
        await WriteAsync(JsonSerializer.Serialize(InteractivePages.Steps));

        var exit = await RunAsync(Environment, ["scrape", site.Url, .. Options]);

        exit.Expect(0);
        AssertComplete(exit.Out);
        Assert.DoesNotContain(InteractivePages.Password, exit.Out + exit.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_Steps_AreCarriedOutInItsPages()
    {
        NeedsChromium();
        await using var site = await InteractivePages.StartAsync();
        await WriteAsync(JsonSerializer.Serialize(InteractivePages.Steps));

        var exit = await RunAsync(Environment, [site.Url, "--mode", "batch", "--out", "out", "--quiet", .. Options]);

        exit.Expect(0);
        AssertComplete(Assert.Single(Read("out").Pages).Markdown!);
    }

    [Fact]
    public async Task Serve_Steps_AreCarriedOutAndScriptsRefused()
    {
        NeedsChromium();
        await using var site = await InteractivePages.StartAsync();
        var server = Place.Start(
            ["serve", "--port", "0", "--storage", "served", "--allow-private"],
            new Surroundings { Environment = Environment }
        );
        using var client = new ContractClient(await Workplace.ServeAsync(server));

        var scraped = await client.ScrapeAsync(
            new
            {
                url = site.Url,
                page = new
                {
                    actions = InteractivePages.Steps,
                    removeOverlays = true,
                    frames = "inline",
                    scroll = new { },
                },
            }
        );
        var refused = await client.ScrapeAsync(
            new { url = site.Url, page = new { waitFor = "js:true", actions = new object[] { new { script = "1" } } } }
        );

        var record = scraped.Expect(HttpStatusCode.OK).Body;
        Assert.Contains("Welcome, ada", record, StringComparison.Ordinal);
        Assert.Contains("Row number 60.", record, StringComparison.Ordinal);
        Assert.DoesNotContain(InteractivePages.Password, record, StringComparison.Ordinal);
        var problem = refused.Expect(HttpStatusCode.BadRequest).Body;
        Assert.Contains("page.waitFor", problem, StringComparison.Ordinal);
        Assert.Contains("page.actions[0].script", problem, StringComparison.Ordinal);
        Assert.Contains("--allow-scripts", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"click\":\"#missing\"}]", 3, "step 1, click #missing: no element matches")]
    [InlineData("[{\"click\":\"\"}]", 2, "actions[0].click: '' does not name an element; css: with a selector")]
    [InlineData("[{}]", 2, "actions[0]: It is empty; a step has exactly one of click,")]
    [InlineData("[{\"press\":\"Return\"}]", 2, "'Return' is not a key; one character and Enter, Tab,")]
    [InlineData("[{\"jump\":\"#a\"}]", 2, "actions[0].jump: It is not a known field; the known fields are click,")]
    [InlineData("{\"click\":\"#a\"}", 2, "it must be a list")]
    [InlineData("[{\"script\":\"1\"}]", 2, "the operator allows them with --allow-scripts")]
    public async Task Scrape_StepThatFailsOrIsInvalid_IsNamed(string steps, int code, string message)
    {
        NeedsChromium();
        await using var site = await InteractivePages.StartAsync();
        await WriteAsync(steps);

        var exit = await RunAsync("scrape", site.Url, "--actions", "steps.json", "--allow-private", "--timeout", "15");

        exit.Expect(code);
        Assert.Contains(message, exit.Error, StringComparison.Ordinal);
    }

    private Task<CrawlExit> RunAsync(IReadOnlyDictionary<string, string> environment, string[] arguments) =>
        Place.Start(arguments, new Surroundings { Environment = environment }).ExitAsync();

    private static void AssertComplete(string markdown)
    {
        foreach (var text in InteractivePages.Content)
            Assert.Contains(text, markdown, StringComparison.Ordinal);
        Assert.DoesNotContain(InteractivePages.Dialog, markdown, StringComparison.Ordinal);
    }

    private Task WriteAsync(string steps) => File.WriteAllTextAsync(Place.At("steps.json"), steps);
}
