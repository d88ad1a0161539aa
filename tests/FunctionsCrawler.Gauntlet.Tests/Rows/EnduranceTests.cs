using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Site;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T2: leaks that show only after hundreds of invocations.</summary>
[Trait("Run", "long")]
public sealed class EnduranceTests : GauntletTest
{
    private const int Invocations = 500;
    private const int Seed = 2;

    private const double MaxMegabytesPerInvocation = 0.1;

    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "The options are seeded so that a run can be repeated.")]
    public async Task FiveHundredInvocations_WithVariedOptions_LeaveNothingAndMemoryDoesNotGrow()
    {
        await using var site = await HostileSite.StartAsync();
        site.Page("/state", "<p>state</p><script>localStorage.a = 1; document.cookie = 'a=1';</script>");
        site.Script("/dialog", "alert(1);");
        site.Script("/slow", "setTimeout(() => document.body.append('late'), 30);");
        string[] paths = ["/", "/state", "/dialog", "/slow", "/missing"];
        var random = new Random(Seed);
        var samples = new List<(double Invocation, double Megabytes)>();
        var handles = HostBaseline.Take(finalizersMayClose: true);
        // Two at a time, which is the number of launches admitted at once.
        for (var i = 0; i < Invocations; i += 2)
        {
            await Task.WhenAll(InvokeAsync(i), InvokeAsync(i + 1));
            // Skip the first ones, which fill pools and compile code.
            if (i >= Invocations / 5 && i % 10 == 0)
                samples.Add((i, ManagedAndNativeMegabytes()));
        }
        var slope = Slope(samples);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{slope:F4} MB per invocation, from {samples[0].Megabytes:F1} to {samples[^1].Megabytes:F1} MB"
        );
        Assert.True(slope < MaxMegabytesPerInvocation, $"Memory grows by {slope:F4} MB per invocation.");
        await handles.AssertRestoredAsync();

        // All random numbers are drawn before the first await, so a seed always gives the same sequence.
        async Task InvokeAsync(int i)
        {
            // One in ten uses Playwright, whose launch takes five times as long.
            var engine = random.Next(10) == 0 ? BrowserEngine.Playwright : BrowserEngine.Pipe;
            var chunk = new Chunk(new ChunkOptions { Engine = engine, Pages = random.Next(1, 4) });
            var visited = Enumerable.Range(0, random.Next(1, 3)).Select(_ => paths[random.Next(paths.Length)]).ToList();
            var cancelAfter = random.Next(8) == 0 ? random.Next(400) : Timeout.Infinite;
            using var cancel = new CancellationTokenSource(cancelAfter);
            var e = await Record.ExceptionAsync(() =>
                Task.WhenAll(visited.Select(path => chunk.FetchAsync(site.Url(path), RowRun.Ample, cancel.Token)))
            );
            Assert.True(e is null || (e is OperationCanceledException && cancelAfter >= 0), $"Invocation {i}: {e}");
            await chunk.EndAsync();
            await chunk.AssertLeftNothingAsync();
        }
    }

    private static double ManagedAndNativeMegabytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Process.GetCurrentProcess().WorkingSet64 / (1024.0 * 1024);
    }

    /// <summary>The slope of the least-squares line through the points.</summary>
    private static double Slope(List<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(p => p.X), points.Average(p => p.Y));
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }
}
