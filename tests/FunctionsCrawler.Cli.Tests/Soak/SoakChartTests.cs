using System.Globalization;
using System.Xml.Linq;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Cli.Tests.Soak;

public sealed class SoakChartTests
{
    [Fact]
    public void Chart_OfASoak_IsWellFormedAndLabelled()
    {
        var series = SoakSeriesBuilder.Create(100, n => 80 + (n / 50.0));

        var text = string.Join(
            '\n',
            XDocument.Parse(Draw(series)).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value)
        );

        Assert.Contains("2026-11-24 12:00 UTC, 100 invocations", text, StringComparison.Ordinal);
        Assert.Contains("--invocations 100 --hostile 20%", text, StringComparison.Ordinal);
        Assert.All(
            ["MB (PSS)", "Processes", "open files", "threads", "median ms", "invocations"],
            part => Assert.Contains(part, text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Chart_ManySamples_StaysInsideTheViewAndSmall()
    {
        var svg = Draw(SoakSeriesBuilder.Create(2000, n => 80 + (n % 7)));

        var root = XDocument.Parse(svg).Root!;
        var width = double.Parse(root.Attribute("width")!.Value, CultureInfo.InvariantCulture);
        foreach (var path in root.Descendants().Where(e => e.Name.LocalName == "path"))
        {
            var numbers = path.Attribute("d")!
                .Value.Split(['M', 'L', 'H', 'h', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(n => double.Parse(n, CultureInfo.InvariantCulture));
            Assert.All(numbers, n => Assert.InRange(n, 0, width));
        }
        Assert.InRange(svg.Length, 1000, 200_000);
    }

    [Fact]
    public void Chart_OfNothing_HasItsPanelsAndDrawsNoData()
    {
        var svg = Draw(new SoakSeries());

        var elements = XDocument.Parse(svg).Descendants().ToList();
        Assert.Equal(5, elements.Count(e => e.Attribute("class")?.Value == "h"));
        Assert.Contains(elements, e => e.Value.EndsWith(", 0 invocations", StringComparison.Ordinal));
        // Only the grid.
        Assert.All(
            elements.Where(e => e.Name.LocalName == "path"),
            e => Assert.Equal("g", e.Attribute("class")!.Value)
        );
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity", svg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(71.3, 71.4)]
    [InlineData(0, 500)]
    [InlineData(-3, 12345.6)]
    [InlineData(0.1, 0.9)]
    public void Ticks_OfARange_AreRoundAndEncloseIt(double least, double most)
    {
        var ticks = SvgPanel.Ticks(least, most);

        Assert.InRange(ticks.Length, 2, 8);
        Assert.True(ticks[0] <= least && ticks[^1] >= most && ticks[^1] > ticks[0]);
        Assert.All(ticks, tick => Assert.Equal(Math.Round(tick, 2), tick, 6));
    }

    private static string Draw(SoakSeries series) =>
        SoakChart.Draw(
            new SoakSummary
            {
                Options = "--invocations 100 --hostile 20% --url http://h/?a&b",
                StartedAt = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero),
                EndedAt = new DateTimeOffset(2026, 11, 24, 12, 10, 0, TimeSpan.Zero),
                Interrupted = false,
                Crawls = 50,
                Invocations = series.Invocations.Count,
                Pages = new PageTally(),
                Residue = [],
                PeakTreeMb = 400,
                LaunchMsP50 = 300,
                DisposeMsP50 = 200,
                Judgements = SoakJudge.Judge(series),
            },
            series
        );
}
