using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>The current code can continue orchestrations that released versions started.</summary>
public sealed class GoldenHistoryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Histories => GoldenData.All("histories");

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Orchestrations_OfAnyVersion_ReplayTheSame(string name)
    {
        var generations = GoldenHistoryFile.Read(await File.ReadAllTextAsync(GoldenData.PathOf(name), Cancellation));

        Assert.NotEmpty(generations);
        foreach (var (generation, n) in generations.Select((g, n) => (g, n)))
            Replay(generation, $"{name}, generation {n} ({generation.Orchestration} {generation.Instance})");
    }

    [Theory]
    [InlineData(0, "activity", "orchestration")]
    [InlineData(0, "PlanWave", "PlanWaves")]
    [InlineData(0, "\"crawlId\":\"golden\"", "\"crawlId\":\"other\"")]
    public async Task Replay_HistoryDiffers_NamesTheFirstDifference(int step, string what, string other)
    {
        var path = Path.Combine(GoldenData.PathOf("v0.1"), "histories", "completed.json");
        var generation = GoldenHistoryFile
            .Read(await File.ReadAllTextAsync(path, Cancellation))
            .First(g => g.Orchestration == "Crawl");
        var original = generation.Events.Where(e => e.Kind != ReplayContext.ProgressKind).ToList();
        var events = original.ToList();
        events[step] = new HistoryEvent(
            events[step].Kind.Replace(what, other, StringComparison.Ordinal),
            events[step].Id,
            events[step].Name.Replace(what, other, StringComparison.Ordinal),
            events[step].Payload.Replace(what, other, StringComparison.Ordinal)
        );
        Assert.NotEqual(original[step], events[step]);

        var fault = Assert.Throws<DivergedException>(() =>
            ReplayContext.Replay(CrawlOrchestration.Definition, generation with { Events = events })
        );

        Assert.StartsWith($"step {step}: it did {original[step]}, not {events[step]}", fault.Message);
    }

    private static void Replay(RecordedGeneration generation, string place)
    {
        try
        {
            if (generation.Orchestration == CrawlOrchestration.Definition.Name)
                ReplayContext.Replay(CrawlOrchestration.Definition, generation);
            else if (generation.Orchestration == WaveOrchestration.Definition.Name)
                ReplayContext.Replay(WaveOrchestration.Definition, generation);
            else
                Assert.Fail($"{place}: this orchestration no longer exists, but running instances need it");
        }
        catch (DivergedException e)
        {
            Assert.Fail($"{place}: {e.Message}");
        }
    }
}
