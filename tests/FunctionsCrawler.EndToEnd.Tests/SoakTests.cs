using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A short soak is inconclusive, one that finds leftovers fails, and an interrupted one writes its results so far.</summary>
public sealed class SoakTests : EndToEndTest
{
    private static readonly string[] Short = ["soak", "--invocations", "6", "--hostile", "20%", "--out", "out"];

    public static TheoryData<string[], string[]> Refused =>
        new()
        {
            { ["--hostile", "120%"], ["--hostile", "'120%'", "0% to 100%"] },
            { ["--hostile", "-1%"], ["--hostile", "'-1%'", "0% to 100%"] },
            { ["--hostile", "many"], ["--hostile", "'many'", "0% to 100%"] },
            { ["--hostile"], ["--hostile", "requires a value", "N%"] },
            { ["--minutes", "0"], ["--minutes", "'0'", "1 to 10080"] },
            { ["--minutes", "1.5"], ["--minutes", "'1.5'", "1 to 10080"] },
            { ["--invocations", "0"], ["--invocations", "'0'", "1 to 1000000"] },
            { ["--minutes", "1", "--invocations", "5"], ["--minutes", "--invocations", "one of them"] },
            { ["--concurrency", "0"], ["--concurrency", "'0'", "1 to 100"] },
            { ["--seed", "x"], ["--seed", "'x'", "0 to 2147483647"] },
            { ["--url", "ftp://127.0.0.1/"], ["\"ftp\"", "http and https"] },
            { ["--url", "http://127.0.0.1:9/", "--hostile", "20%"], ["--hostile", "--url", "built-in site"] },
            { ["--allow-private"], ["--allow-private", "--url"] },
            { ["--out", ""], ["--out", "''", "folder"] },
            { ["http://127.0.0.1:9/"], ["'http://127.0.0.1:9/'", "crawl soak --help"] },
        };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Soak_InvalidOptions_IsRefused(string[] options, string[] named)
    {
        BadInputTests.AssertRefused(await RunAsync(["soak", .. options]), 2, named);
        Assert.Empty(Place.Entries());
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Soak_OutputFolderNotEmpty_IsRefused()
    {
        NeedsChromium();
        Directory.CreateDirectory(Place.At("full"));
        await File.WriteAllTextAsync(Place.At("full", "mine"), "");

        BadInputTests.AssertRefused(await RunAsync("soak", "--out", "full"), 2, "'full'", "empty folder");
        Assert.Equal(["full", "full/mine"], Place.Entries());
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Soak_Short_IsInconclusiveAndWritesItsFiles()
    {
        NeedsLinuxAndChromium();

        var exit = (await RunAsync([.. Short, "--seed", "3"])).Expect(4);

        Assert.Equal(["out", "out/soak.ndjson", "out/soak.svg", "out/summary.json"], Place.Entries());
        Assert.Contains("--invocations 6 --hostile 20% --concurrency 4 --seed 3", exit.Out, StringComparison.Ordinal);
        Assert.Contains("too few invocations for a slope", exit.Out, StringComparison.Ordinal);
        var invocations = Samples("invocation");
        Assert.InRange(invocations.Count, 6, 20);
        Assert.Equal(Enumerable.Range(1, invocations.Count), invocations.Select(s => Number(s, "n")));
        Assert.Distinct(invocations.Select(s => s.GetProperty("marker").GetString()));
        string[] left = ["processesLeft", "bytesLeft", "socketsLeft"];
        Assert.All(invocations, s => Assert.Equal([0, 0, 0], left.Select(name => Number(s, name))));
        var processes = Samples("process");
        Assert.NotEmpty(processes);
        Assert.All(
            processes,
            s =>
            {
                Assert.InRange(s.GetProperty("collectedPssMb").GetDouble(), 10, 1000);
                Assert.InRange(s.GetProperty("ownMb").GetDouble(), 5, s.GetProperty("collectedPssMb").GetDouble());
                Assert.InRange(Number(s, "handles"), 10, 1000);
                Assert.Equal((0, 0), (Number(s, "processesLeft"), Number(s, "tempEntriesLeft")));
            }
        );
        Assert.Contains(processes, s => Number(s, "processesPeak") > 3);
        var summary = Summary();
        Assert.Equal(invocations.Count, Number(summary, "invocations"));
        Assert.Equal("Inconclusive", summary.GetProperty("verdict").GetString());
        Assert.False(summary.GetProperty("passed").GetBoolean());
        Assert.InRange(Number(summary.GetProperty("pages"), "hostile"), 1, 50);
        Assert.NotNull(XDocument.Load(Place.At("out", "soak.svg")).Root);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Soak_LeftoversOfItsInvocations_Fails()
    {
        NeedsLinuxAndChromium();
        var soak = Place.Start(Short);
        await soak.UntilAsync(() => Samples("invocation").Count > 0, "the first invocation ends");
        var marker = Samples("invocation")[0].GetProperty("marker").GetString()!;
        // Simulates a renderer that outlived its browser, and its temp root.
        var root = Directory.CreateDirectory(
            Path.Combine(Place.Temp, marker.Replace("FcInvocation", "fcrawl-", StringComparison.Ordinal))
        );
        var start = new ProcessStartInfo("sleep", ["600"]);
        start.Environment["FUNCTIONS_CRAWLER_INVOCATION"] = marker;
        using var orphan = Process.Start(start)!;
        try
        {
            var exit = (await soak.ExitAsync()).Expect(1);

            Assert.Contains("FAILED: residue", exit.Out, StringComparison.Ordinal);
            Assert.Contains($"process {orphan.Id},", exit.Out, StringComparison.Ordinal);
            Assert.Contains(root.FullName, exit.Out, StringComparison.Ordinal);
            Assert.Equal(2, Summary().GetProperty("residue").GetArrayLength());
            Assert.False(orphan.HasExited, "The soak must report leftovers, not remove them.");
        }
        finally
        {
            orphan.Kill();
            await orphan.WaitForExitAsync();
            root.Delete();
        }
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Soak_Interrupted_EndsWithin15SecondsAndWritesItsResults()
    {
        NeedsLinuxAndChromium();
        var soak = Place.Start("soak", "--minutes", "30", "--hostile", "20%", "--out", "out");
        await soak.UntilAsync(() => Samples("invocation").Count > 0, "the first invocation ends");

        var since = Stopwatch.StartNew();
        soak.Signal(CrawlProcess.Interrupt);
        var exit = (await soak.ExitAsync()).Expect(130);

        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Contains("Interrupted", exit.Out, StringComparison.Ordinal);
        Assert.True(Summary().GetProperty("interrupted").GetBoolean());
        Assert.Empty(Summary().GetProperty("residue").EnumerateArray());
        Assert.True(File.Exists(Place.At("out", "soak.svg")));
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Soak_GivenSite_CrawlsIt()
    {
        NeedsLinuxAndChromium();
        await using var site = await TreeSite.StartAsync(5);

        (
            await RunAsync("soak", "--invocations", "2", "--url", site.Url + "p/0", "--allow-private", "--out", "out")
        ).Expect(4);

        Assert.NotEmpty(site.Log);
        Assert.InRange(Samples("invocation").Count, 2, 20);
    }

    private static void NeedsLinuxAndChromium()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "There is no /proc.");
        NeedsChromium();
    }

    // While the soak writes, the last line may be incomplete.
    private List<JsonElement> Samples(string type)
    {
        var path = Place.At("out", "soak.ndjson");
        if (!File.Exists(path))
            return [];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return
        [
            .. text[..(text.LastIndexOf('\n') + 1)]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(line => line.GetProperty("type").GetString() == type),
        ];
    }

    private JsonElement Summary() => JsonDocument.Parse(File.ReadAllText(Place.At("out", "summary.json"))).RootElement;

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
