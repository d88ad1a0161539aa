using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Output folders that are in use, damaged, of another version, or on a full disk.</summary>
public sealed class CrawlFolderTests : EndToEndTest
{
    [Fact]
    public async Task Out_FolderOfAnotherCrawl_IsRefusedAndUnchanged()
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
    public async Task Resume_CrawlInUse_IsRefusedAndDoesNotDisturbIt()
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
    public async Task Resume_OtherLayoutVersion_NamesBoth(int version)
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
    public async Task Resume_DamagedManifest_IsRefused(string manifest)
    {
        await CrawledAsync();
        await File.WriteAllTextAsync(Place.At("out", "crawl.json"), manifest);

        BadInputTests.AssertRefused(await RunAsync("--resume", "out"), 2, "'out'", "cannot be resumed");
    }

    [Fact]
    public async Task Address_Private_IsAFailedRecordNotAUsageError()
    {
        await using var site = await TreeSite.StartAsync(3);

        (await RunAsync(site.Url + "p/0", "--render", "never", "--out", "out")).Expect(3);

        var page = Assert.Single(Read("out").Pages);
        Assert.Equal(ErrorCode.BlockedAddress, page.Error?.Code);
        Assert.Equal(0, site.Requests);
    }

    [Fact]
    public async Task Disk_Full_IsReportedAndTheCrawlCanBeResumed()
    {
        const int Pages = 150;
        var mount = NeedsCommand("mount");
        NeedsCommand("umount");
        Directory.CreateDirectory(Place.At("disk"));
        Requires.Available(
            await ToolAsync(mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", Place.At("disk")),
            Unavailable.NotPermitted,
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
            var resumed = await RunAsync("--resume", "disk/out");
            Assert.True(
                resumed.Code == 0,
                $"{resumed.Code}: {site.Requests} requests arrived, {site.Log.Count} were answered."
            );
            Assert.Equal(TreeSite.Paths(Pages), Read("disk/out").StoredPaths);
            Assert.Empty(Read("disk/out").Summary.Errors);
        }
        finally
        {
            Assert.True(await ToolAsync("umount", Place.At("disk")));
        }
    }

    [Fact]
    public async Task Disk_FullFromTheStart_IsRefusedAndNothingIsLeft()
    {
        var mount = NeedsCommand("mount");
        NeedsCommand("umount");
        Directory.CreateDirectory(Place.At("disk"));
        Requires.Available(
            await ToolAsync(mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", Place.At("disk")),
            Unavailable.NotPermitted,
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
            // The disk is full.
        }
    }

    private async Task<string> CrawledAsync()
    {
        await using var site = await TreeSite.StartAsync(5);
        var page = site.Url + "p/0";
        var run = await RunAsync(page, "--render", "never", "--allow-private", "--out", "out");
        Assert.True(run.Code == 0, $"{site.Requests} requests arrived, {site.Log.Count} were answered.\n{run.Error}");
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
