using System.Text.RegularExpressions;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Benchmarks run, at a size that says nothing of what they measure.</summary>
public sealed partial class BenchmarkTests : EndToEndTest
{
    // Beside the command line, whichever platform gives them what ending.
    private static readonly string Benchmarks = CrawlProcess.Executable.Replace(
        "FunctionsCrawler.Cli",
        "FunctionsCrawler.Benchmarks",
        StringComparison.Ordinal
    );

    [Fact]
    public async Task Egress_TwoPairsOfTwoPages_RunsEachScenarioInTurns()
    {
        NeedsChromium();
        string[] Around(string[] command) =>
            [.. command.Select(part => part == CrawlProcess.Executable ? Benchmarks : part)];

        var exit = await Place
            .Start(["egress", "--pairs", "2", "--pages", "2"], new Surroundings { Around = Around })
            .ExitAsync();

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

    [GeneratedRegex(@"^(?<name>\w+): .*,", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ +\d  (off|on) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Line();

    [GeneratedRegex(@"^the guard costs -?\d+\.\d %, at most -?\d+\.\d %: ", RegexOptions.Multiline, 1000)]
    private static partial Regex Verdict();
}
