using System.Text.Json.Nodes;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Folders of crawls that are in use, damaged, of another version, or on a full disk.</summary>
public sealed class CrawlFolderTests : EndToEndTest
{
    [Fact]
    public async Task Out_OfAnotherCrawl_IsRefusedAndLeftAlone()
    {
        var page = await CrawledAsync();
        var before = Contents();

        BadInputTests.AssertRefused(
            await RunAsync(page, "--render", "never", "--out", "out"),
            2,
            "'out'",
            "holds another crawl",
            "--resume 'out'"
        );
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Resume_OfACrawlInUse_IsRefusedAndDoesNotDisturbIt()
    {
        await using var site = await TreeSite.StartAsync(20);
        var reached = site.HoldAfter(5);
        var process = Place.Start(
            site.Url + "p/0",
            "--render",
            "never",
            "--depth",
            "9",
            "--allow-private",
            "--out",
            "out"
        );
        await process.UntilAsync(reached, "5 requests");

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), 2, "'out'", "another process is using it");

        site.ReleaseAll();
        (await process.ExitAsync()).Expect(0);
        Assert.Equal(TreeSite.Paths(20), Read("out").StoredPaths);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Resume_OfAnotherVersion_NamesBoth(int version)
    {
        await CrawledAsync();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Place.At("out", "crawl.json")))!;
        manifest["v"] = version;
        await File.WriteAllTextAsync(Place.At("out", "crawl.json"), manifest.ToJsonString());
        var before = Contents();

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), 2, "'out'", $"version {version}", "version 1");
        Assert.Equal(before, Contents());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"v\":\"1\"}")]
    [InlineData("{\"v\":1}")]
    [InlineData("{\"v\":1,\"id\":5,\"settings\":{}}")]
    [InlineData("{\"v\":1,\"id\":\"../../etc\",\"settings\":{}}")]
    [InlineData("{\"v\":1,\"id\":\"a\",\"settings\":null}")]
    [InlineData("{\"v\":1,\"id\":\"another\",\"settings\":{}}")]
    [InlineData("{\"v\":1,\"id\":\"a\",\"settings\":{\"allow\":[\"300.1.1.1/99\"]}}")]
    [InlineData("{\"v\":1,\"id\":\"a\",\"settings\":{\"memoryMb\":-1}}")]
    public async Task Resume_WithADamagedManifest_IsRefused(string manifest)
    {
        await CrawledAsync();
        await File.WriteAllTextAsync(Place.At("out", "crawl.json"), manifest);

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), 2, "'out'", "cannot be resumed");
    }

    [Theory]
    [InlineData("request.json", 2)]
    [InlineData("summary.json", 1)]
    [InlineData("waves/0000/plan.json", 1)]
    [InlineData("waves/0000/00000.ndjson.gz", 1)]
    public async Task Resume_WithADamagedBlob_NamesIt(string blob, int code)
    {
        await CrawledAsync();
        var crawl = Directory.EnumerateDirectories(Place.At("out", "blobs", "crawls")).Single();
        await File.WriteAllTextAsync(Path.Combine(crawl, blob), "no blob");

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), code, "'out'", blob);
    }

    [Fact]
    public async Task Address_ThatIsPrivate_IsARecordAndNoUsageError()
    {
        await using var site = await TreeSite.StartAsync(3);

        (await RunAsync(site.Url + "p/0", "--render", "never", "--out", "out")).Expect(3);

        var page = Assert.Single(Read("out").Pages);
        Assert.Equal(ErrorCode.BlockedAddress, page.Error?.Code);
        Assert.Equal(0, site.Requests);
    }

    [Fact]
    public async Task Disk_ThatIsFull_IsSaidAndAfterwardsTheCrawlCompletes()
    {
        const int Pages = 150;
        var mount = NeedsCommand("mount");
        NeedsCommand("umount");
        Directory.CreateDirectory(Place.At("disk"));
        Assert.SkipUnless(
            await ToolAsync(mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", Place.At("disk")),
            "Only root can mount a small disk."
        );
        try
        {
            await using var site = await TreeSite.StartAsync(Pages, kilobytes: 20);
            string[] start = [site.Url + "p/0", "--render", "never", "--depth", "20", "--allow-private", "--quiet"];

            var full = await RunAsync([.. start, "--out", "disk/out"]);

            BadInputTests.AssertRefused(full, 1, "No space left", "--resume 'disk/out'");
            Assert.DoesNotContain(Place.Entries(), e => e.EndsWith(".new", StringComparison.Ordinal));
            Assert.True(await ToolAsync(mount, "-o", "remount,size=40m", Place.At("disk")));
            (await RunAsync("--resume", "disk/out")).Expect(0);
            Assert.Equal(TreeSite.Paths(Pages), Read("disk/out").StoredPaths);
            Assert.Empty(Read("disk/out").Summary.Errors);
        }
        finally
        {
            Assert.True(await ToolAsync("umount", Place.At("disk")));
        }
    }

    [Fact]
    public async Task Disk_ThatIsFullFromTheStart_IsRefusedAndNothingIsLeft()
    {
        var mount = NeedsCommand("mount");
        NeedsCommand("umount");
        Directory.CreateDirectory(Place.At("disk"));
        Assert.SkipUnless(
            await ToolAsync(mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", Place.At("disk")),
            "Only root can mount a small disk."
        );
        try
        {
            Fill(Place.At("disk", "filler"));

            var exit = await RunAsync("http://127.0.0.1:9/", "--render", "never", "--out", "disk/a/b/out");

            BadInputTests.AssertRefused(exit, 2, "'disk/a/b/out'", "cannot be written", "No space left");
            Assert.Equal(["disk", "disk/filler"], Place.Entries());
        }
        finally
        {
            Assert.True(await ToolAsync("umount", Place.At("disk")));
        }
    }

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                stream.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // It is full now.
        }
    }

    private async Task<string> CrawledAsync()
    {
        await using var site = await TreeSite.StartAsync(5);
        var page = site.Url + "p/0";
        (await RunAsync(page, "--render", "never", "--allow-private", "--out", "out")).Expect(0);
        return page;
    }

    private Dictionary<string, string> Contents() =>
        Place
            .Entries()
            .Where(e => File.Exists(Place.At(e)))
            .ToDictionary(e => e, e => Convert.ToBase64String(File.ReadAllBytes(Place.At(e))), StringComparer.Ordinal);

    private static async Task<bool> ToolAsync(string tool, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(tool, arguments)
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
