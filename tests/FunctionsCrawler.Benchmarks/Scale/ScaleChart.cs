using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>Draws a simulated crawl: what its waves cost, over the pages crawled before each.</summary>
internal static class ScaleChart
{
    public static string Draw(IReadOnlyList<WaveCost> waves, string store)
    {
        var pages = waves.Sum(w => w.Planned);
        var thousands = Math.Max(1, pages / 1000.0);
        return SvgChart.Draw(
            $"Simulated crawl of {pages:N0} pages, one point per wave",
            $"store: {store} · waves of at most 50,000 URLs",
            "thousands of pages crawled",
            [
                new SvgPanel(
                    "Memory while planning, peak of each wave, MB",
                    [
                        Line("managed heap with garbage", "a", waves, w => w.HeapMb),
                        Line("working set", "c", waves, w => w.WorkingSetMb),
                    ]
                ),
                new SvgPanel(
                    "URLs, thousands",
                    [
                        Line("planned", "a", waves, w => w.Planned / 1000.0),
                        Line("waiting", "b", waves, w => w.Waiting / 1000.0),
                    ]
                ),
                new SvgPanel(
                    "Processor time of planning, seconds per wave",
                    [Line("", "a", waves, w => w.PlanCpuSeconds)]
                ),
                new SvgPanel(
                    "Blobs that planning reads and writes, per wave",
                    [Line("read", "a", waves, w => w.PlanReads), Line("written", "b", waves, w => w.PlanWrites)]
                ),
            ],
            thousands
        );
    }

    private static SvgLine Line(
        string name,
        string colour,
        IReadOnlyList<WaveCost> waves,
        Func<WaveCost, double> value
    ) => new(name, colour, [.. waves.Select(w => (w.Pages / 1000.0, value(w)))]);
}
