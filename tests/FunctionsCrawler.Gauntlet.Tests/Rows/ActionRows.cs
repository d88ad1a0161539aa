using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T27: pages that hang, crash or navigate without end while steps are carried out in them.</summary>
internal static class ActionRows
{
    /// <summary>Everything that a visit can do in any page, and all files that can be made of it.</summary>
    public static VisitOptions EveryKind { get; } =
        new()
        {
            Actions =
            [
                new() { Hover = "body" },
                new() { Scroll = "down" },
                new() { Press = "Tab" },
                new() { Wait = "10" },
                new() { Screenshot = "now" },
            ],
            RemovesOverlays = true,
            InlinesFrames = true,
            ScrollSteps = 1,
            Diagnostics = new DiagnosticOptions
            {
                Diagnostics = true,
                Har = true,
                ScreenshotOnFailure = true,
            },
            Captures = new CaptureOptions
            {
                Screenshot = new ScreenshotOptions(),
                Pdf = true,
                Snapshot = SnapshotKind.Html,
            },
        };

    public static IReadOnlyList<Row> All =>
        [
            Clicks("T27 click starts an endless script", "for (;;) { }", ErrorCode.Action, ErrorCode.Timeout),
            Clicks(
                "T27 click fills the memory",
                "const a = []; for (;;) a.push(new Array(1e6).fill(a.length))",
                ErrorCode.Action,
                ErrorCode.Timeout,
                ErrorCode.Memory,
                ErrorCode.RendererCrashed
            ) with
            {
                IsLong = true,
            },
            Clicks(
                "T27 click navigates for ever",
                "setInterval(() => { location.href = '/?' + Math.random() }, 1)",
                ErrorCode.Action,
                ErrorCode.Timeout,
                ErrorCode.RedirectLoop
            ),
            Clicks(
                "T27 click opens dialogs and windows",
                "for (let i = 0; i < 20; i++) { open('/'); alert(i); print() }",
                ErrorCode.Action
            ),
            Clicks("T27 element never appears", "this.remove()", ErrorCode.Action),
            new("T27 renderer killed during a step", KilledAsync) { Options = Waiting },
            new("T27 frames that hang", FramesAsync) { Options = (_, options) => options with { Visits = EveryKind } },
        ];

    private static Row Clicks(string name, string script, params ErrorCode[] codes) =>
        new(
            name,
            async run =>
            {
                var url = run.Site.Page("/step", $"<button id=go onclick=\"{script}\">Go</button>");
                await run.FailsAsync(url, RowRun.Brief + RowRun.Brief, codes);
                await run.FailsAsync(run.Site.Url("/"), RowRun.Brief, ErrorCode.Action);
            }
        )
        {
            Options = (_, options) =>
                options with
                {
                    Visits = new VisitOptions
                    {
                        Actions = [new() { Click = "#go" }, new() { Wait = "#never" }, new() { Wait = "60000" }],
                    },
                },
        };

    private static ChunkOptions Waiting(RowRun run, ChunkOptions options) =>
        options with
        {
            Visits = new VisitOptions { Actions = [new() { Wait = "text:come" }, new() { Scroll = "end" }] },
        };

    private static async Task KilledAsync(RowRun run)
    {
        var gate = run.Site.Gate("/late.js");
        var url = run.Site.Page(
            "/page",
            "<p id=p>wait</p><script async src=/late.js onload=\"p.textContent = 'come'\"></script>"
        );
        var visit = run.PageAsync(url);
        await run.UntilRequestedAsync("/late.js");
        await run.UntilAsync(() => run.Processes.Renderers.Count > 0, "a renderer");
        BrowserProcesses.Signal(Oracle.Kernel.Kill, run.Processes.Renderers);
        gate.SetResult();
        Assert.Contains(">come<", await visit, StringComparison.Ordinal);
    }

    private static async Task FramesAsync(RowRun run)
    {
        run.Site.Hang("/hangs");
        run.Site.Page("/inner", "<p>inner</p><iframe src=/inner></iframe>");
        var frames = string.Concat(Enumerable.Repeat("<iframe src=/hangs></iframe><iframe src=/inner></iframe>", 30));
        await run.PageContainsAsync(run.Site.Page("/frames", $"<p>outer</p>{frames}"), "outer");
    }
}
