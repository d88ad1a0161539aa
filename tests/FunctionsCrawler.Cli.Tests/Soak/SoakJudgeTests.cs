using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Cli.Tests.Soak;

/// <summary>Each kind of fault in a series is detected, and noise is not taken for a fault.</summary>
public sealed class SoakJudgeTests
{
    [Theory]
    [InlineData(0.00, Outcome.Passed)]
    [InlineData(0.05, Outcome.Passed)]
    [InlineData(0.15, Outcome.Failed)]
    [InlineData(1.00, Outcome.Failed)]
    public void Memory_ThatGrows_FailsAboveTheLimit(double perInvocation, object outcome)
    {
        var random = new SeededRandom(3, 3);

        var judged = Judged(
            "memory",
            SoakSeriesBuilder.Create(200, n => 80 + (perInvocation * n) + (random.Next(300) / 100.0))
        );

        Assert.Equal(outcome, judged.Outcome);
        Assert.Contains("MB per invocation, 95 % interval", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_ThatGrowsOnlyAtFirst_Passes() =>
        Assert.Equal(Outcome.Passed, Judged("memory", SoakSeriesBuilder.Create(200, n => Math.Min(n, 40))).Outcome);

    [Fact]
    public void Memory_TooFewInvocations_IsNotJudged()
    {
        var judged = Judged("memory", SoakSeriesBuilder.Create(12, n => 80 + (50 * n)));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("too few invocations for a slope", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_NoiseLargerThanTheLimit_IsNotJudged()
    {
        var random = new SeededRandom(5, 5);

        var judged = Judged("memory", SoakSeriesBuilder.Create(40, _ => 80 + random.Next(60)));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("says nothing", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenFiles_OneMorePerInvocation_Fail() =>
        Assert.Equal(
            Outcome.Failed,
            Judged("open files", SoakSeriesBuilder.Create(100, handles: n => 190 + n)).Outcome
        );

    [Fact]
    public void Latency_ThatGrows_Fails()
    {
        var judged = Judged("latency", SoakSeriesBuilder.Create(300, latency: n => 80 + (0.1 * n)));

        Assert.Equal(Outcome.Failed, judged.Outcome);
        Assert.True(judged.Estimate!.Low > SoakJudge.DriftLimit);
    }

    // A machine that becomes slower by half slows down the control too.
    [Fact]
    public void Latency_ThatGrowsWithItsControl_Passes()
    {
        var judged = Judged(
            "latency",
            SoakSeriesBuilder.Create(300, latency: n => n < 150 ? 80 : 120, control: n => n < 150 ? 100 : 150)
        );

        Assert.Equal(Outcome.Passed, judged.Outcome);
        Assert.Equal(0, judged.Estimate!.Value, 6);
    }

    [Fact]
    public void Latency_TooFewProbes_IsNotJudged()
    {
        var judged = Judged("latency", SoakSeriesBuilder.Create(100, latency: n => 80 + n));

        Assert.Equal(Outcome.NotJudged, judged.Outcome);
        Assert.Contains("too few invocations for a drift", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Latency_ProbesWithoutControl_DoNotCount()
    {
        var series = SoakSeriesBuilder.Create(300);
        var withoutControl = series.Probes.ConvertAll(p => p with { ControlMs = null });
        series.Probes.Clear();
        series.Probes.AddRange(withoutControl);

        Assert.Equal(Outcome.NotJudged, Judged("latency", series).Outcome);
    }

    [Theory]
    [InlineData(0.12, 0.11, 0.90, Outcome.Failed)]
    [InlineData(0.05, -0.90, 0.10, Outcome.Passed)]
    [InlineData(0.12, 0.05, 0.19, Outcome.Failed)]
    [InlineData(0.08, 0.02, 0.14, Outcome.Passed)]
    [InlineData(0.12, 0.01, 0.30, Outcome.NotJudged)]
    [InlineData(0.08, -0.30, 0.11, Outcome.NotJudged)]
    public void Compare_LimitOfATenth_UsesTheInterval(double value, double low, double high, object outcome) =>
        Assert.Equal(outcome, SoakJudge.Compare(new Estimate(value, low, high, 100), 0.1));

    [Fact]
    public void Residue_AnyLeftover_Fails()
    {
        Assert.Equal(Outcome.Passed, SoakJudge.Residue([]).Outcome);
        var judged = SoakJudge.Residue(["process 12, started at tick 34"]);
        Assert.Equal(Outcome.Failed, judged.Outcome);
        Assert.Contains("process 12", judged.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_FailedHealthyPages_FailAboveTheLimit()
    {
        Assert.Equal(Outcome.Passed, SoakJudge.Pages(new PageTally { Healthy = 400, HealthyFailed = 4 }).Outcome);
        Assert.Equal(Outcome.Failed, SoakJudge.Pages(new PageTally { Healthy = 400, HealthyFailed = 5 }).Outcome);
    }

    [Fact]
    public void Crawls_FailedOrWithoutBrowser_DoNotPass()
    {
        Assert.Equal(Outcome.Failed, SoakJudge.Crawls(20, 0, [], interrupted: false).Outcome);
        Assert.Equal(Outcome.NotJudged, SoakJudge.Crawls(0, 0, [], interrupted: true).Outcome);
        Assert.Equal(Outcome.Failed, SoakJudge.Crawls(20, 40, ["crawl 3: disk full"], interrupted: false).Outcome);
        Assert.Equal(Outcome.Passed, SoakJudge.Crawls(20, 40, [], interrupted: false).Outcome);
    }

    [Fact]
    public void Verdict_TooFewInvocations_IsInconclusive()
    {
        var summary = SummaryOf(SoakSeriesBuilder.Create(6));

        Assert.Equal(SoakVerdict.Inconclusive, summary.Verdict);
        Assert.False(summary.Passed);
        Assert.StartsWith("Inconclusive:", SoakText.Verdict(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_EnoughInvocations_Passes()
    {
        var summary = SummaryOf(SoakSeriesBuilder.Create(100));

        Assert.Equal(SoakVerdict.Passed, summary.Verdict);
        Assert.StartsWith("Passed", SoakText.Verdict(summary), StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_ResidueAndTooFewInvocations_IsFailed() =>
        Assert.Equal(SoakVerdict.Failed, SummaryOf(SoakSeriesBuilder.Create(6), "process 12").Verdict);

    [Fact]
    public void Verdict_InterruptedWithResidue_SaysBoth()
    {
        var summary = SummaryOf(SoakSeriesBuilder.Create(6), "process 12") with { Interrupted = true };

        Assert.StartsWith("Interrupted. FAILED: residue", SoakText.Verdict(summary), StringComparison.Ordinal);
    }

    private static SoakSummary SummaryOf(SoakSeries series, params string[] residue) =>
        new()
        {
            Options = "",
            StartedAt = default,
            EndedAt = default,
            Interrupted = false,
            Crawls = 1,
            Invocations = series.Invocations.Count,
            Pages = new PageTally(),
            Residue = residue,
            PeakTreeMb = 0,
            LaunchMsP50 = 0,
            DisposeMsP50 = 0,
            Judgements = [SoakJudge.Residue(residue), .. SoakJudge.Judge(series)],
        };

    private static Judgement Judged(string what, SoakSeries series) =>
        Assert.Single(SoakJudge.Judge(series), j => j.What == what);
}
