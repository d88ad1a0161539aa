using System.Globalization;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Memory;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FunctionsCrawler.Cli.Live;

/// <summary>Shows the progress of a crawl on standard error: a live table on a terminal, otherwise a line every 5 s.</summary>
internal sealed class ProgressView(CrawlMonitor monitor, MemoryGovernor governor, TimeProvider time)
{
    private const int MaxUrls = 8;

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    private readonly IAnsiConsole _console = AnsiConsole.Create(
        new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }
    );

    /// <summary>Shows the crawl until <paramref name="crawl"/> has ended.</summary>
    public Task ShowAsync(Task crawl) => Console.IsErrorRedirected ? LinesAsync(crawl) : LiveAsync(crawl);

    private async Task LiveAsync(Task crawl) =>
        await _console
            .Live(Table())
            .AutoClear(true)
            .StartAsync(async context =>
            {
                while (!crawl.IsCompleted)
                {
                    context.UpdateTarget(Table());
                    await Task.WhenAny(crawl, Task.Delay(Redraw, time));
                }
            });

    private async Task LinesAsync(Task crawl)
    {
        while (!crawl.IsCompleted)
        {
            await Task.WhenAny(crawl, Task.Delay(LineEvery, time));
            foreach (var line in monitor.TakeMessages())
                await Console.Error.WriteLineAsync(line);
            if (!crawl.IsCompleted)
                await Console.Error.WriteLineAsync(Line(monitor.GetState()));
        }
    }

    private string Line(MonitorState now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Percent} %, {now.Pages.Succeeded} done, {now.Queued} queued, {now.Pages.Failed} failed, {now.Pages.Skipped} skipped, {now.PagesPerSecond:F1} pages/s, browsers {monitor.Browsers} with {Megabytes} MB{Waiting}"
        );

    private long Megabytes => governor.Used.Browsers / (1024 * 1024);

    private string Waiting =>
        governor.WaitingLaunches is > 0 and var waiting ? $", {waiting} more waiting for memory"
        : governor.IsHoldingBack ? ", waiting for memory"
        : "";

    private Rows Table()
    {
        var now = monitor.GetState();
        var counts = new Grid().AddColumns(6).Expand();
        counts.AddRow(
            new Markup($"[green]{now.Pages.Succeeded}[/] done"),
            new Markup($"[blue]{now.Queued}[/] queued"),
            new Markup($"[{(now.Pages.Failed > 0 ? "red" : "grey")}]{now.Pages.Failed}[/] failed"),
            new Markup($"[grey]{now.Pages.Skipped}[/] skipped"),
            new Markup(string.Create(CultureInfo.InvariantCulture, $"[bold]{now.PagesPerSecond:F1}[/] pages/s")),
            new Markup($"[bold]{Megabytes}[/] MB in {monitor.Browsers} browser{(monitor.Browsers == 1 ? "" : "s")}")
        );
        var head =
            $"[bold]{now.Percent} %[/] [grey]{OptionText.Format(now.Phase)}, wave {now.Wave}, depth {now.Depth}, {now.Elapsed:hh\\:mm\\:ss}[/][yellow]{Waiting}[/]";
        IEnumerable<IRenderable> urls = now
            .Current.Take(MaxUrls)
            .Select(u => new Markup($"[grey]→[/] {Markup.Escape(u)}") { Overflow = Overflow.Ellipsis });
        return new Rows([new Markup(head), counts, .. urls]);
    }
}
