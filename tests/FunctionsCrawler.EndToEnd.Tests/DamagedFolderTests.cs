using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Damaged blobs in an output folder: what <c>crawl --resume</c> and <c>crawl doctor --storage</c> do about them.</summary>
public sealed class DamagedFolderTests : EndToEndTest
{
    [Theory]
    [InlineData("request.json", 2)]
    [InlineData("waves/0000/plan.json", 1)]
    [InlineData("waves/0000/00000.ndjson.gz", 1)]
    public async Task Resume_DamagedBlob_NamesIt(string blob, int code)
    {
        await CrawlAsync();
        await DamageAsync(blob);

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), code, "'out'", blob);
    }

    [Fact]
    public async Task Resume_DamagedSummary_IsComputedAgain()
    {
        await CrawlAsync();
        await DamageAsync("summary.json");

        (await RunAsync("--resume", "out")).Expect(0);

        Assert.Equal(5, Read("out").Summary.Pages.Succeeded);
    }

    [Fact]
    public async Task Doctor_DamagedChunk_IsNamedAndCrawledAgainAfterRepair()
    {
        await using var site = await TreeSite.StartAsync(5);
        (await RunAsync(site.Url + "p/0", "--render", "never", "--allow-private", "--out", "out")).Expect(0);
        (await RunAsync("doctor", "--storage", "out")).Expect(0);
        await DamageAsync("waves/0001/00000.ndjson.gz");

        var found = await RunAsync("doctor", "--storage", "out");
        var repaired = await RunAsync("doctor", "--storage", "out", "--repair");
        var resumed = await RunAsync("--resume", "out");

        Assert.Equal((1, 1), (found.Code, repaired.Code));
        Assert.Contains("waves/0001/00000.ndjson.gz is damaged: ", found.Out, StringComparison.Ordinal);
        Assert.Contains("; its pages can be crawled again\n", found.Out, StringComparison.Ordinal);
        Assert.Contains(
            "1 crawl checked, 1 damaged or missing blob\n--repair moves",
            found.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("moved aside; crawl --resume 'out' makes them again", repaired.Out, StringComparison.Ordinal);
        resumed.Expect(0);
        Assert.Equal(TreeSite.Paths(5), Read("out").StoredPaths);
        (await RunAsync("doctor", "--storage", "out")).Expect(0);
    }

    [Theory]
    [InlineData(new[] { "--repair" }, "--repair needs --storage")]
    [InlineData(new[] { "--storage", "nowhere" }, "there is no folder 'nowhere'")]
    public async Task Doctor_WrongStorage_IsRefused(string[] options, string message) =>
        BadInputTests.AssertRefused(await RunAsync(["doctor", .. options]), 2, message);

    private Task DamageAsync(string blob)
    {
        var crawl = Directory.EnumerateDirectories(Place.At("out", "blobs", "crawls")).Single();
        return File.WriteAllTextAsync(Path.Combine(crawl, blob), "no blob");
    }

    private async Task CrawlAsync()
    {
        await using var site = await TreeSite.StartAsync(5);
        (await RunAsync(site.Url + "p/0", "--render", "never", "--allow-private", "--out", "out")).Expect(0);
    }
}
