using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>The benchmarks run. They are too small here for their results to mean anything.</summary>
[Needs(Need.Chromium)]
public sealed partial class BenchmarkTests : EndToEndTest
{
    // In the folder of the command line, with the same file name extension.
    private static readonly string Benchmarks = Path.Combine(
        Path.GetDirectoryName(CrawlProcess.Executable)!,
        "FunctionsCrawler.Benchmarks" + Path.GetExtension(CrawlProcess.Executable)
    );

    [Fact]
    public async Task Egress_TwoPairsOfTwoPages_RunsEveryScenario()
    {
        NeedsChromium();

        var exit = await MeasureAsync("egress", "--pairs", "2", "--pages", "2");

        Assert.True(exit.Code is 0 or 1, exit.Error);
        Assert.Equal(
            ["egress", "documentation", "connections", "http"],
            Heading().Matches(exit.Out).Select(m => m.Groups["name"].Value)
        );
        Assert.Equal(
            ["1  off", "2  on", "1  off", "2  on", "1  off", "2  on"],
            Line().Matches(exit.Out).Select(m => m.Value.Trim())
        );
        Assert.Equal(3, Verdict().Count(exit.Out));
    }

    // The other sites of compare differ only in their pages.
    [Fact]
    public async Task Compare_OnePairOfTwoPages_MeasuresAndWritesFigures()
    {
        NeedsChromium();
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "Processes are measured by /proc.");
        string[] size = ["--pairs", "1", "--pages", "2", "--long", "4", "--idle-seconds", "1"];
        string[] output = ["--json", "bench.json", "--picture", "bench.svg"];
        // Set by ./test if ./bench has installed them.
        var peers = Environment.GetEnvironmentVariable("CRAWL_TEST_PEERS");
        string[] scenarios = ["rendered", "start", "long", "idle", .. peers is null ? (string[])[] : ["http"]];

        var exit = await MeasureAsync([
            "compare",
            .. scenarios.SelectMany(s => (string[])["--only", s]),
            .. size,
            .. output,
            .. peers is null ? (string[])[] : ["--peers", peers],
        ]);

        Assert.True(exit.Code is 0 or 1, exit.Out + exit.Error);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Place.At("bench.json")));
        var runs = json.RootElement.GetProperty("runs").EnumerateArray().ToList();
        Assert.Contains("crawl --render auto", runs.Select(r => r.GetProperty("crawler").GetString()));
        Assert.All(runs, r => Assert.True(r.GetProperty("cpuSeconds").GetDouble() > 0, $"{r}"));
        Assert.All(runs, r => Assert.True(r.GetProperty("peakMb").GetDouble() > 0, $"{r}"));
        var measured = json
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .Where(f => f.GetProperty("values").GetArrayLength() == 1)
            .Select(f => f.GetProperty("scenario").GetString()!);
        Assert.Superset(new HashSet<string>(["start", "long", "idle"]), measured.ToHashSet());
        Assert.Equal("svg", XDocument.Load(Place.At("bench.svg")).Root!.Name.LocalName);
    }

    [Fact]
    public async Task Micro_Once_RunsEveryMethod()
    {
        var exit = await MeasureAsync("micro", "--once");

        Assert.True(exit.Code == 0, exit.Out + exit.Error);
        Assert.Contains("| ReadMarkdown ", exit.Out, StringComparison.Ordinal);
        Assert.Contains("| PlanWave ", exit.Out, StringComparison.Ordinal);
    }

    private Task<CrawlExit> MeasureAsync(params string[] arguments) =>
        Place.Start(arguments, new Surroundings { Around = Around }).ExitAsync();

    private static string[] Around(string[] command) =>
        [.. command.Select(part => part == CrawlProcess.Executable ? Benchmarks : part)];

    [GeneratedRegex(@"^(?<name>\w+): .*,", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ +\d  (off|on) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^the guard costs -?\d+\.\d %, at most -?\d+\.\d %: ", RegexOptions.Multiline, 1000)]
    private static partial Regex Verdict();
}
