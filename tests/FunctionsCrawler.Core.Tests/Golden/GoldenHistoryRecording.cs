using System.Collections.Concurrent;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>
/// Records orchestrations with scripted activities. Skipped unless GOLDEN_RECORD names a folder.
/// </summary>
public sealed class GoldenHistoryRecording
{
    private static readonly Dictionary<string, Script> Scripts = new(StringComparer.Ordinal)
    {
        ["completed"] = new Script
        {
            Waves =
            [
                [1],
                [3, 3, 2],
                [2, 1],
            ],
            Notify = true,
        },
        ["empty"] = new Script { Waves = [] },
        ["cancelled-chunk"] = new Script
        {
            Waves =
            [
                [1],
                [2, 2],
            ],
            CancelledBy = new CrawlChunkInput("golden", 1, 1),
        },
        ["cancelled-plan"] = new Script
        {
            Waves =
            [
                [1],
            ],
            End = PlanState.Cancelled,
        },
        ["failed-chunk"] = new Script
        {
            Waves =
            [
                [1],
                [2, 1],
            ],
            Fails = [CrawlActivities.CrawlChunk.Name],
        },
        ["failed-wave"] = new Script
        {
            Waves =
            [
                [1],
                [2, 1],
            ],
            Fails = [CrawlActivities.CrawlChunk.Name, CrawlActivities.FailChunk.Name],
        },
        ["failed-plan"] = new Script { Waves = [], Fails = [CrawlActivities.PlanWave.Name] },
        ["failed-end"] = new Script { Waves = [], Fails = [CrawlActivities.FinishCrawl.Name] },
        // Two groups of lanes; the first has more chunks than fit into one segment.
        ["segments"] = new Script
        {
            Waves =
            [
                [.. Enumerable.Repeat(11, 18), .. Enumerable.Repeat(10, 4)],
            ],
        },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Histories_OfThisVersion_AreRecorded()
    {
        var folder = GoldenData.RequireRecordFolder("histories");
        foreach (var (name, script) in Scripts)
        {
            var recorded = await RecordAsync(script);
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"{name}.json"),
                GoldenHistoryFile.Write(recorded),
                Cancellation
            );
        }
    }

    private static async Task<IReadOnlyList<RecordedGeneration>> RecordAsync(Script script)
    {
        var histories = new ConcurrentQueue<OrchestrationHistory>();
        CrawlInput? input = new("golden", 0, new CrawlProgress());
        try
        {
            while (input is not null)
            {
                (_, input) = await ReplayContext.RecordAsync(
                    CrawlOrchestration.Definition,
                    "golden",
                    input,
                    script.RunAsync,
                    histories
                );
            }
        }
        catch (ActivityFailedException)
        {
            // The history ends with the failure.
        }
        return [.. histories.Select(h => h.Recorded)];
    }

    /// <summary>The outputs of the activities.</summary>
    private sealed record Script
    {
        public required IReadOnlyList<IReadOnlyList<int>> Waves { get; init; }

        public PlanState End { get; init; } = PlanState.Done;

        public bool Notify { get; init; }

        public CrawlChunkInput? CancelledBy { get; init; }

        public IReadOnlyList<string> Fails { get; init; } = [];

        public async Task<object> RunAsync(string activity, object input)
        {
            // Lanes of different speed, so that completions interleave.
            await Task.Delay(input is CrawlChunkInput c ? c.Chunk * 7 % 5 : 0, Cancellation);
            if (Fails.Contains(activity) && input is not CrawlChunkInput { Wave: 0 })
                throw new IOException($"no \"room\" for {activity} <ü>");
            return input switch
            {
                PlanWaveInput plan when plan.Wave < Waves.Count => new PlanWaveOutput(
                    PlanState.Crawl,
                    plan.Wave,
                    Waves[plan.Wave],
                    Waves[plan.Wave].Sum() * 4,
                    new PageCounts { Succeeded = plan.Wave * 10, Robots = plan.Wave }
                ),
                PlanWaveInput => new PlanWaveOutput(End, 0, [], 0, new PageCounts()),
                CrawlChunkInput chunk => new CrawlChunkOutput(
                    new PageCounts { Succeeded = 3, Failed = chunk.Chunk % 2 },
                    chunk.Chunk % 3,
                    chunk == CancelledBy
                ),
                FailChunkInput => new CrawlChunkOutput(new PageCounts { Failed = 4 }, 0, Cancelled: false),
                FinishCrawlInput end => new FinishCrawlOutput(end.State, new PageCounts { Succeeded = 9 }, Notify),
                NotifyWebhookInput => new NotifyWebhookOutput(Delivered: true),
                _ => throw new NotSupportedException($"{input}"),
            };
        }
    }
}
