using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The output of a crawl on a terminal, to a pipe and as JSON; demo, doctor and help.</summary>
public sealed partial class ViewTests : EndToEndTest
{
    [Fact]
    public async Task Json_OnStandardOutput_IsTheSummaryAndNothingElse()
    {
        await using var site = await TreeSite.StartAsync(10);

        var run = await RunAsync([.. Crawl(site), "--json"]);

        run.Expect(0);
        using var _ = JsonDocument.Parse(run.Out);
        Assert.Equal(await File.ReadAllTextAsync(Place.At("out", "summary.json")), run.Out);
        Assert.Equal(10, Read("out").Summary.Pages.Succeeded);
    }

    [Fact]
    public async Task Quiet_OnSuccess_PrintsOnlyTheFolder()
    {
        await using var site = await TreeSite.StartAsync(10);

        var run = await RunAsync([.. Crawl(site), "--quiet"]);

        Assert.Equal(new CrawlExit(0, "out\n", ""), run);
        Assert.Equal(10, Read("out").Summary.Pages.Succeeded);
    }

    [Fact]
    public async Task Progress_WithoutATerminal_IsPlainLinesOnStandardError()
    {
        await using var site = await TreeSite.StartAsync(40);
        site.HoldAfter(20);
        var process = Place.Start(Crawl(site));

        await process.UntilAsync(() => CountsLine().IsMatch(process.Error), "a line of counts");
        site.ReleaseAll();

        var run = (await process.ExitAsync()).Expect(0);
        Assert.DoesNotContain('\e', run.Error);
        Assert.Contains("40 pages stored", run.Out, StringComparison.Ordinal);
        Assert.Contains("out (pages.ndjson, summary.json, markdown/)", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_OnATerminal_IsALiveView()
    {
        var script = NeedsCommand("script");
        await using var site = await TreeSite.StartAsync(40);
        site.HoldAfter(30);
        var surroundings = new Surroundings
        {
            Around = command => [script, "-qfec", $"stty cols 120; exec {string.Join(' ', command)}", "/dev/null"],
            Environment = new Dictionary<string, string> { ["TERM"] = "xterm-256color" },
        };
        var process = Place.Start(Crawl(site), surroundings);

        await process.UntilAsync(() => Live().IsMatch(Plain(process.Out)), "a live view with counts and URLs");
        site.ReleaseAll();

        var run = (await process.ExitAsync()).Expect(0);
        Assert.Contains('\e', run.Out);
        Assert.Contains("40 pages stored", run.Out, StringComparison.Ordinal);
        Assert.Equal(40, Read("out").Summary.Pages.Succeeded);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Demo_WithABrowser_ShowsTheResultsAndKeepsTheFolder()
    {
        NeedsChromium();

        var run = await RunAsync("demo");

        run.Expect(0);
        var folder = Assert.Single(Directory.EnumerateDirectories(Place.At("crawls")));
        Assert.Equal(Cli.Demo.SampleSite.Pages.Count, CrawlOutput.Read(folder).Pages.Count);
        Assert.Contains("Some of the Markdown:", run.Out, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(folder), run.Out, StringComparison.Ordinal);
        Assert.Equal(["crawls"], Directory.EnumerateFileSystemEntries(Place.Folder).Select(Path.GetFileName));
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Doctor_WithABrowser_ReportsEverythingAndLeavesNothing()
    {
        NeedsChromium();

        var run = await RunAsync("doctor");

        run.Expect(0);
        Assert.All(
            new[] { "system", ".NET", "Chromium", "memory budget", "launched in", "0 processes, 0 bytes" },
            part => Assert.Contains(part, run.Out, StringComparison.Ordinal)
        );
        Assert.All(
            run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("ok ", line, StringComparison.Ordinal)
        );
        Assert.Empty(Place.Entries());
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Doctor_EngineVariable_ReportsAndUsesTheEngine()
    {
        NeedsChromium();
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string> { ["CRAWL_ENGINE"] = "playwright" },
        };

        var run = await Place.Start(["doctor"], surroundings).ExitAsync();

        run.Expect(0);
        Assert.Matches("ok +engine +playwright", run.Out);
        Assert.Contains("0 processes, 0 bytes", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithoutABrowser_ReportsItAsMissing()
    {
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string> { ["CRAWL_CHROMIUM"] = "/nonexistent" },
        };

        var run = await Place.Start(["doctor"], surroundings).ExitAsync();

        run.Expect(1);
        Assert.Matches("missing +Chromium.*/nonexistent", run.Out);
    }

    [Fact]
    public async Task Help_OfTheProgram_ListsEveryOption()
    {
        var run = await RunAsync("--help");

        run.Expect(0);
        string[] options =
        [
            "--urls",
            "--mode",
            "--depth",
            "--max-pages",
            "--out",
            "--render",
            "--concurrency",
            "--scope",
            "--include",
            "--exclude",
            "--allow-private",
            "--allow",
            "--memory",
            "--json",
            "--quiet",
            "--resume",
            "demo",
            "doctor",
        ];
        Assert.All(options, option => Assert.Contains(option, run.Out, StringComparison.Ordinal));
    }

    private static string[] Crawl(TestSite site) =>
        [site.Url + "p/0", "--render", "never", "--depth", "20", "--allow-private", "--out", "out"];

    private static string Plain(string text) => Escapes().Replace(text, "");

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\r", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Escapes();

    [GeneratedRegex(
        @"^\d+ %, \d+ done, \d+ queued, \d+ failed, \d+ skipped, \d+\.\d pages/s, browsers 0 with 0 MB$",
        RegexOptions.Multiline,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex CountsLine();

    [GeneratedRegex(
        @"[1-9]\d* done +\d+ queued +\d+ failed +\d+ skipped +\d+\.\d pages/s +0 MB in 0 browsers\s+→ http://127\.0\.0\.1:\d+/p/\d+",
        RegexOptions.None,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Live();
}
