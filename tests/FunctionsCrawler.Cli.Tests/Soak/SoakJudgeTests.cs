using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Cli.Tests.Soak;

/// <summary>That the soak can fail: each kind of fault in a series is seen, and noise is none.</summary>
public sealed class SoakJudgeTests
{
    [Theory]
    [InlineData(0.00, Outcome.Passed)]
    [InlineData(0.05, Outcome.Passed)]
    [InlineData(0.15, Outcome.Failed)]
    [InlineData(1.00, Outcome.Failed)]
    public void Memory_ThatGrows_FailsAboveTheLimit(double perInvocation, object outcome)
    {
        var dice = new Dice(3, 3);

        var judged = Judged("memory", SoakSeriesOf.Of(200, n => 80 + (perInvocation * n) + (dice.Throw(300) / 100.0)));

        Assert.Equal(outcome, judged.Outcome);
        Assert.Contains("MB per invocation, 95 % interval", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_ThatGrowsOnlyAtFirst_Passes() =>
        Assert.Equal(Outcome.Passed, Judged("memory", SoakSeriesOf.Of(200, n => Math.Min(n, 40))).Outcome);

    [Fact]
    public void Memory_OfTooFewInvocations_IsNotJudgedAndSaysSo()
    {
        var judged = Judged("memory", SoakSeriesOf.Of(12, n => 80 + (50 * n)));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("too few invocations for a slope", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_InNoiseLargerThanTheLimit_IsNotJudgedAndSaysSo()
    {
        var dice = new Dice(5, 5);

        var judged = Judged("memory", SoakSeriesOf.Of(40, _ => 80 + dice.Throw(60)));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("says nothing", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFiles_OneMoreWithEachInvocation_Fail() =>
        Assert.Equal(Outcome.Failed, Judged("open files", SoakSeriesOf.Of(100, handles: n => 190 + n)).Outcome);

    [Fact]
    public void Latency_ThatGrows_Fails()
    {
        var judged = Judged("latency", SoakSeriesOf.Of(300, latency: n => 80 + (0.1 * n)));

        Assert.Equal(Outcome.Failed, judged.Outcome);
        Assert.True(judged.Estimate!.Low > SoakJudge.DriftLimit);
    }

    // A machine that becomes slower by half makes the control slower too.
    [Fact]
    public void Latency_ThatGrowsWithItsControl_Passes()
    {
        var judged = Judged(
            "latency",
            SoakSeriesOf.Of(300, latency: n => n < 150 ? 80 : 120, control: n => n < 150 ? 100 : 150)
        );

        Assert.Equal(Outcome.Passed, judged.Outcome);
        Assert.Equal(0, judged.Estimate!.Value, 6);
    }

    [Fact]
    public void Latency_OfTooFewProbes_IsNotJudgedAndSaysSo()
    {
        var judged = Judged("latency", SoakSeriesOf.Of(100, latency: n => 80 + n));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("too few invocations for a drift", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Latency_ProbesWithoutControl_DoNotCount()
    {
        var series = SoakSeriesOf.Of(300);
        var lame = series.Probes.ConvertAll(p => p with { ControlMs = null });
        series.Probes.Clear();
        series.Probes.AddRange(lame);

        Assert.Equal(Outcome.NotJudged, Judged("latency", series).Outcome);
    }

    [Theory]
    [InlineData(0.12, 0.11, 0.90, Outcome.Failed)]
    [InlineData(0.05, -0.90, 0.10, Outcome.Passed)]
    [InlineData(0.12, 0.05, 0.19, Outcome.Failed)]
    [InlineData(0.08, 0.02, 0.14, Outcome.Passed)]
    [InlineData(0.12, 0.01, 0.30, Outcome.NotJudged)]
    [InlineData(0.08, -0.30, 0.11, Outcome.NotJudged)]
    public void Compare_WithALimitOfATenth_GoesByTheInterval(double value, double low, double high, object outcome) =>
        Assert.Equal(outcome, SoakJudge.Compare(new Estimate(value, low, high, 100), 0.1));

    [Fact]
    public void Residue_OfAnything_Fails()
    {
        Assert.Equal(Outcome.Passed, SoakJudge.Residue([]).Outcome);
        var judged = SoakJudge.Residue(["process 12, started at tick 34"]);
        Assert.Equal(Outcome.Failed, judged.Outcome);
        Assert.Contains("process 12", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_HealthyOnesThatFail_FailAboveTheLimit()
    {
        Assert.Equal(Outcome.Passed, SoakJudge.Pages(new PageTally { Healthy = 400, HealthyFailed = 4 }).Outcome);
        Assert.Equal(Outcome.Failed, SoakJudge.Pages(new PageTally { Healthy = 400, HealthyFailed = 5 }).Outcome);
    }

    [Fact]
    public void Crawls_WithoutAnyBrowser_ProveNothing()
    {
        Assert.Equal(Outcome.Failed, SoakJudge.Crawls(20, 0, [], interrupted: false).Outcome);
        Assert.Equal(Outcome.NotJudged, SoakJudge.Crawls(0, 0, [], interrupted: true).Outcome);
        Assert.Equal(Outcome.Failed, SoakJudge.Crawls(20, 40, ["crawl 3: disk full"], interrupted: false).Outcome);
        Assert.Equal(Outcome.Passed, SoakJudge.Crawls(20, 40, [], interrupted: false).Outcome);
    }

    private static Judgement Judged(string what, SoakSeries series) =>
        Assert.Single(SoakJudge.Judge(series), j => j.What == what);
}
