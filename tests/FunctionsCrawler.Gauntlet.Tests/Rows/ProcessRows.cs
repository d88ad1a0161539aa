using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T4 to T6: processes of a browser are killed or stopped while it is in use or being disposed.</summary>
internal static class ProcessRows
{
    public static IReadOnlyList<Row> All =>
        [
            Killed("T4 renderer killed", p => p.Renderers),
            Killed("T4 network service killed", p => p.NetworkServices),
            Killed("T4 GPU process killed", p => p.Gpu),
            Killed("T4 zygotes killed", p => p.Zygotes),
            Killed("T5 browser killed", p => [p.Browser]),
            Killed("T5 driver killed", p => [p.Driver]) with
            {
                Only = BrowserEngine.Playwright,
            },
            new("T4 renderer crashes each time", CrashesAsync) { IsLong = true },
            new("T4 renderer stopped", RendererStoppedAsync),
            Stopped("T6 browser stopped in use", p => [p.Browser]),
            Stopped("T6 driver stopped in use", p => [p.Driver]) with
            {
                Only = BrowserEngine.Playwright,
            },
            StoppedAtTheEnd("T6 browser stopped during disposal", p => [p.Browser]) with
            {
                IsLong = true,
            },
            StoppedAtTheEnd("T6 renderers stopped during disposal", p => p.Renderers),
            StoppedAtTheEnd("T6 driver stopped during disposal", p => [p.Driver]) with
            {
                Only = BrowserEngine.Playwright,
            },
        ];

    // Kills processes while a page waits for its script. This page and the next one must still be read.
    private static Row Killed(string name, Func<BrowserProcesses, IReadOnlyList<ProcessKey>> which) =>
        new(
            name,
            async run =>
            {
                var gate = run.Site.Gate("/late.js");
                var visit = run.PageAsync(run.Site.Page("/page", "<p>came</p><script src=/late.js></script>"));
                await run.UntilRequestedAsync("/late.js");
                await run.UntilAsync(() => which(run.Processes).Count > 0, "a process of that type");
                BrowserProcesses.Signal(Kernel.Kill, which(run.Processes));
                gate.SetResult();
                Assert.Contains("came", await visit, StringComparison.Ordinal);
                await run.NextPageSucceedsAsync();
            }
        );

    private static async Task CrashesAsync(RowRun run)
    {
        var url = run.Site.Answer(
            "/crash",
            context =>
            {
                BrowserProcesses.Signal(Kernel.Kill, run.Processes.Renderers);
                return run.Site.EndingAsync(context);
            }
        );
        await run.FailsAsync(url, RowRun.Ample, ErrorCode.RendererCrashed);
        await run.NextPageSucceedsAsync();
    }

    private static async Task RendererStoppedAsync(RowRun run)
    {
        run.Site.HangOnce("/late.js");
        var url = run.Site.Page("/page", "<p>came</p><script src=/late.js></script>");
        var visit = run.FetchAsync(url, RowRun.Brief);
        await run.UntilRequestedAsync("/late.js");
        BrowserProcesses.Signal(Kernel.Stop, run.Processes.Renderers);
        // The stopped renderer is detected and the visit repeated in another browser.
        Assert.Null((await visit).Error);
        await run.NextPageSucceedsAsync();
        Assert.Equal(2, run.Chunk.Browsers);
    }

    private static Row Stopped(string name, Func<BrowserProcesses, IReadOnlyList<ProcessKey>> which) =>
        new(
            name,
            async run =>
            {
                run.Site.Hang("/late.js");
                var visit = run.FetchAsync(
                    run.Site.Page("/page", "<p>came</p><script src=/late.js></script>"),
                    RowRun.Brief
                );
                await run.UntilRequestedAsync("/late.js");
                BrowserProcesses.Signal(Kernel.Stop, which(run.Processes));
                var result = await visit;
                Assert.True(result.Error is null or { Code: ErrorCode.Timeout }, $"{result.Error}");
                await run.NextPageSucceedsAsync();
                Assert.Equal(2, run.Chunk.Browsers);
            }
        );

    private static Row StoppedAtTheEnd(string name, Func<BrowserProcesses, IReadOnlyList<ProcessKey>> which) =>
        new(
            name,
            async run =>
            {
                await run.NextPageSucceedsAsync();
                var processes = which(run.Processes);
                var ending = run.Chunk.EndAsync();
                BrowserProcesses.Signal(Kernel.Stop, processes);
                await ending;
            }
        );
}
