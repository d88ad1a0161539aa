using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Why pages fail, from the command line.</summary>
[Needs(Need.Chromium)]
public sealed class DiagnosticsTests : EndToEndTest
{
    private const string Password = "correct horse";

    [Fact]
    public async Task Scrape_PageThatFails_TellsWhyAndWritesItsFiles()
    {
        NeedsChromium();
        await using var site = await BrokenPages.StartAsync();

        var exit = await RunAsync(
            "scrape",
            site.Url,
            "--allow-private",
            "--wait-for",
            "css:#prices",
            "--timeout",
            "5",
            "--diagnostics",
            "--har",
            "requests.har",
            "--screenshot-on-failure",
            "failed.png"
        );

        exit.Expect(3);
        Assert.Contains(
            "crawl: console error: Uncaught ReferenceError: prices is not defined",
            exit.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"crawl: failed request: GET image {site.Url}missing.png: status 404",
            exit.Error,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "crawl: failed request: GET image http://169.254.169.254/latest/: ",
            exit.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("metadata", exit.Error, StringComparison.Ordinal);
        Assert.Contains("crawl: times: response after ", exit.Error, StringComparison.Ordinal);
        Assert.True(Bytes("failed.png").AsSpan(1).StartsWith("PNG"u8));
        var log = JsonElement.Parse(Bytes("requests.har")).GetProperty("log");
        Assert.Equal("1.2", log.GetProperty("version").GetString());
        Assert.InRange(log.GetProperty("entries").GetArrayLength(), 3, 5);
    }

    [Fact]
    public async Task Scrape_PageThatLogsASecret_DoesNotShowIt()
    {
        NeedsChromium();
        await using var site = await BrokenPages.StartAsync();
        await File.WriteAllTextAsync(
            Place.At("steps.json"),
            """[{"write":{"into":"#secret","text":{"secret":"LOGIN"}}},{"screenshot":"typed"}]"""
        );
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CRAWL_SECRET_LOGIN"] = Password },
        };

        var exit = await Place
            .Start(["scrape", site.Url, "--allow-private", "--actions", "steps.json", "--diagnostics"], surroundings)
            .ExitAsync();

        exit.Expect(0);
        Assert.Contains("crawl: console log: typed ***", exit.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, exit.Out + exit.Error, StringComparison.Ordinal);
        Assert.Contains("screenshot-typed.png", exit.Error, StringComparison.Ordinal);
        Assert.True(Bytes("screenshot-typed.png").AsSpan(1).StartsWith("PNG"u8));
    }

    [Fact]
    public async Task Scrape_Json_HasTheDiagnosticsInTheRecord()
    {
        await using var site = await BrokenPages.StartAsync();

        var exit = await RunAsync(
            "scrape",
            site.Url + "gone",
            "--allow-private",
            "--render",
            "never",
            "--json",
            "--diagnostics"
        );

        exit.Expect(3);
        var record = JsonSerializer.Deserialize(exit.Out, CrawlJson.Default.PageRecord)!;
        Assert.Equal(404, Assert.Single(record.Diagnostics!.FailedRequests).Status);
        Assert.DoesNotContain("times:", exit.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_PagesThatFail_HaveDiagnosticsAndFiles()
    {
        NeedsChromium();
        await using var site = await BrokenPages.StartAsync();

        var exit = await RunAsync(
            site.Url,
            site.Url + "gone",
            "--mode",
            "batch",
            "--allow-private",
            "--diagnostics",
            "--har",
            "--screenshot-on-failure",
            "--out",
            "out",
            "--quiet"
        );

        exit.Expect(3);
        var pages = Read("out").Pages.ToDictionary(p => CrawlOutput.PathOf(p.Url), StringComparer.Ordinal);
        Assert.Equal(["har"], pages["/"].Artifacts!.Keys);
        Assert.Contains(pages["/"].Diagnostics!.Console, m => m.Level == ConsoleLevel.Error);
        Assert.Equal(["failure", "har"], pages["/gone"].Artifacts!.Keys.Order());
        foreach (var artifact in pages.Values.SelectMany(p => p.Artifacts!.Values))
            Assert.Equal(artifact.Bytes, Bytes(Path.Combine("out", "artifacts", artifact.Blob!)).Length);
    }

    [Fact]
    public async Task Scrape_HarWithoutABrowser_IsRefused()
    {
        var exit = await RunAsync("scrape", "https://a.example/", "--render", "never", "--har", "a.har");

        exit.Expect(2);
        Assert.Contains("har needs a browser; render is never", exit.Error, StringComparison.Ordinal);
    }

    private byte[] Bytes(string file) => File.ReadAllBytes(Place.At(file));
}
