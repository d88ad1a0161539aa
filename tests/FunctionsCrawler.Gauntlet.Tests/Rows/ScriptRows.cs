using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T3 and T11: endless scripts, scripts that exhaust memory, and pages that keep navigating.</summary>
internal static class ScriptRows
{
    public static IReadOnlyList<Row> All =>
        [
            Endless("at once", "for (;;) { }"),
            Endless("after DOMContentLoaded", "addEventListener('DOMContentLoaded', () => { for (;;) { } });") with
            {
                IsLong = true,
            },
            Endless("in a timer", "setTimeout(() => { for (;;) { } }, 20);") with
            {
                IsLong = true,
            },
            Endless("of microtasks", "const spin = () => Promise.resolve().then(spin); spin();") with
            {
                IsLong = true,
            },
            new("T3 endless script in onload", OnLoadAsync) { IsLong = true },
            new("T3 synchronous request that hangs", SynchronousRequestAsync) { IsLong = true },
            new("T3 allocates until it dies", AllocatesAsync) { IsLong = true },
            new("T11 thirty refreshes", RefreshesAsync),
            new("T11 reloads while it is read", ReloadsAsync) { IsLong = true },
            new("T11 goes to another origin while it is closed", LeavesWhileClosingAsync),
        ];

    private static Row Endless(string when, string script) =>
        new(
            "T3 endless script " + when,
            async run =>
            {
                await run.TimesOutAsync(run.Site.Script("/endless", script));
                await run.NextPageSucceedsAsync();
            }
        );

    // The document may be read before its images have loaded, and so before onload.
    private static async Task OnLoadAsync(RowRun run)
    {
        var result = await run.FetchAsync(run.Site.Script("/onload", "onload = () => { for (;;) { } };"), RowRun.Brief);
        Assert.True(result.Error is null or { Code: ErrorCode.Timeout }, $"{result.Error}");
        await run.NextPageSucceedsAsync();
    }

    private static async Task SynchronousRequestAsync(RowRun run)
    {
        run.Site.Hang("/hang");
        var script = "const x = new XMLHttpRequest(); x.open('GET', '/hang', false); x.send();";
        await run.TimesOutAsync(run.Site.Script("/sync", script));
        await run.NextPageSucceedsAsync();
    }

    private static async Task AllocatesAsync(RowRun run)
    {
        // Either V8 ends the process at about 4 GB, or the deadline ends the visit first.
        var url = run.Site.Script("/greedy", "const a = []; for (;;) a.push(new Array(1e5).fill({}));");
        await run.FailsAsync(url, TimeSpan.FromSeconds(4), ErrorCode.RendererCrashed, ErrorCode.Timeout);
        await run.NextPageSucceedsAsync();
    }

    private static async Task RefreshesAsync(RowRun run)
    {
        for (var i = 0; i < 30; i++)
            run.Site.Page($"/r{i}", $"<meta http-equiv=refresh content='0;url=/r{i + 1}'>");
        await run.FailsAsync(run.Site.Url("/r0"), RowRun.Ample, ErrorCode.RedirectLoop);
        await run.NextPageSucceedsAsync();
    }

    private static async Task ReloadsAsync(RowRun run)
    {
        var url = run.Site.Script("/reload", "setTimeout(() => location.reload(), 30);");
        await run.FailsAsync(url, RowRun.Ample, ErrorCode.RedirectLoop);
        await run.NextPageSucceedsAsync();
    }

    private static async Task LeavesWhileClosingAsync(RowRun run)
    {
        run.Site.Hang("/elsewhere");
        var there = run.Site.OtherHost("/elsewhere");
        var url = run.Site.Script("/leaves", $"setTimeout(() => location.href = '{there}', 0);");
        var visit = run.FetchAsync(url, RowRun.Brief);
        await run.UntilRequestedAsync("/elsewhere");
        await run.Chunk.EndAsync();
        // Ending the chunk aborts the visit, and the fetcher starts no new browser.
        await Assert.ThrowsAnyAsync<Exception>(() => visit);
    }
}
