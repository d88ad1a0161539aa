using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Carries out the steps of a visit, in order, also across the documents that they lead to. Each step waits for its element, and
/// for what it causes.
/// </summary>
internal sealed class PageActions(TabPage page, VisitOptions options, PageLimits limits)
{
    private const int ScrollSteps = 50;

    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    // Two frames and a little more: enough for a page to react to input, and to ask for another document.
    private const string React = $$"""
        (async () => {
          await {{TabScripts.Frames}}(2);
          await new Promise(resolve => setTimeout(resolve, 50));
          return true;
        })()
        """;

    private readonly PageConditions _conditions = new(page, limits, options.AllowsScripts);
    private readonly PageElement _elements = new(page, limits);
    private readonly List<PageCapture> _captures = [];
    private int _next;

    /// <summary>Whether a step was begun. The document is then no longer the one that the visit navigated to.</summary>
    public bool HaveBegun { get; private set; }

    /// <summary>The step that was begun last: "step 2, click #go". Null if none was.</summary>
    public string? Last { get; private set; }

    /// <summary>The pictures that were taken.</summary>
    public IReadOnlyList<PageCapture> Captures => _captures;

    /// <summary>Carries out the steps that are left.</summary>
    /// <param name="left">Returns how much time is left for steps.</param>
    /// <param name="clock">The deadline of the visit.</param>
    /// <returns>Which step failed and why; null if none did.</returns>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public async Task<string?> RunAsync(Func<TimeSpan> left, VisitClock clock)
    {
        for (; _next < options.Actions.Count; _next++)
        {
            HaveBegun = true;
            var step = options.Actions[_next];
            Last = $"step {_next + 1}, {Describe(step)}";
            var fault = left() <= TimeSpan.Zero ? "no time is left for it" : null;
            fault ??= await RunAsync(step, left, clock).ConfigureAwait(false);
            if (fault is not null)
                return $"{Last}: {fault}";
            await LetReactAsync(left, clock).ConfigureAwait(false);
        }
        return null;
    }

    // A document that is replaced before the step was carried out does not count: the next one has the element.
    private async Task<string?> RunAsync(PageAction step, Func<TimeSpan> left, VisitClock clock)
    {
        var last = left() - Min(left(), StepLimit);
        while (true)
        {
            var document = page.Documents.Current;
            try
            {
                // The document that an earlier step has led to may have overlays of its own.
                if (options.RemovesOverlays)
                    await clock.AwaitAsync(page.EvaluateAsync(OverlayScript.Remove)).ConfigureAwait(false);
                return await RunAsync(step, left() - last, clock).ConfigureAwait(false);
            }
            catch (ProtocolException e) when (e.IsSuperseded)
            {
                await clock
                    .AwaitAtMostAsync(page.Documents.WhenSupersededAsync(document), left() - last)
                    .ConfigureAwait(false);
                if (step.Script is not null)
                    return null;
                if (left() <= last)
                    return "the page kept navigating";
            }
        }
    }

    private Task<string?> RunAsync(PageAction step, TimeSpan limit, VisitClock clock) =>
        step switch
        {
            { Click: { } element } => _elements.ClickAsync(element, times: 1, limit, clock),
            { DoubleClick: { } element } => _elements.ClickAsync(element, times: 2, limit, clock),
            { Hover: { } element } => _elements.HoverAsync(element, limit, clock),
            { Check: { } element } => _elements.CheckAsync(element, isChecked: true, limit, clock),
            { Uncheck: { } element } => _elements.CheckAsync(element, isChecked: false, limit, clock),
            { Write: { } write } => _elements.WriteAsync(write, limit, clock),
            { Select: { } select } => _elements.SelectAsync(select, limit, clock),
            { Press: { } key } => PressAsync(key, clock),
            { Scroll: { } target } => ScrollAsync(target, limit, clock),
            { Wait: { } wait } => WaitAsync(wait, limit, clock),
            { Screenshot: { } name } => TakeAsync(name, clock),
            { Script: { } script } => RunScriptAsync(script, limit, clock),
            _ => throw new UnreachableException("a valid step has one kind"),
        };

    private async Task<string?> PressAsync(string name, VisitClock clock)
    {
        if (!PageKey.TryFind(name, out var key))
            throw new UnreachableException("a valid step has a known key");
        await clock.AwaitAsync(page.Input.PressAsync(key)).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> ScrollAsync(string target, TimeSpan limit, VisitClock clock)
    {
        var script = target switch
        {
            "down" => "(scrollBy({ top: innerHeight, behavior: 'instant' }), true)",
            "up" => "(scrollBy({ top: -innerHeight, behavior: 'instant' }), true)",
            "top" => "(scrollTo({ top: 0, behavior: 'instant' }), true)",
            _ => null,
        };
        if (script is not null)
            await clock.AwaitAsync(page.EvaluateAsync(script)).ConfigureAwait(false);
        else if (target is "end")
            await PageScroller.ScrollAsync(page, ScrollSteps, limit, clock).ConfigureAwait(false);
        else
            return await _elements.ShowAsync(target, limit, clock).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> WaitAsync(string wait, TimeSpan limit, VisitClock clock)
    {
        if (!PageActionValidator.IsDelay(wait, out var milliseconds))
            return await _conditions
                .FindFaultAsync(PageCondition.Parse(wait), limit * 0.9, limit * 0.1, clock)
                .ConfigureAwait(false);
        await clock.DelayAsync(TimeSpan.FromMilliseconds(milliseconds)).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> TakeAsync(string name, VisitClock clock)
    {
        var picture = await clock
            .AwaitAsync(PageScreenshot.TakeAsync(page, new ScreenshotOptions()))
            .ConfigureAwait(false);
        if (picture.Content.Length + _captures.Sum(c => (long)c.Content.Length) > limits.MaxTotalBytes)
            return $"the pictures have more than {limits.MaxTotalBytes} bytes";
        _captures.RemoveAll(c => string.Equals(c.Name, $"screenshot-{name}", StringComparison.Ordinal));
        _captures.Add(picture with { Name = $"screenshot-{name}" });
        return null;
    }

    private async Task<string?> RunScriptAsync(string script, TimeSpan limit, VisitClock clock)
    {
        if (!options.AllowsScripts)
            return "scripts are not allowed here";
        var running = page.RunScriptAsync(script);
        await clock.AwaitAtMostAsync(running, limit).ConfigureAwait(false);
        if (!running.IsCompleted)
            return "it did not end within its time limit";
        return (await running.ConfigureAwait(false)).Error;
    }

    // Another document that was asked for is waited for; requests only for a while, because some never end.
    private async Task LetReactAsync(Func<TimeSpan> left, VisitClock clock)
    {
        try
        {
            var reacting = page.EvaluateAsync(React);
            await clock.AwaitAtMostAsync(reacting, Min(left(), RequestLimit)).ConfigureAwait(false);
        }
        catch (ProtocolException e) when (e.IsSuperseded)
        {
            // The step has led to another document already, which is waited for here.
        }
        while (page.Traffic.IsDocumentInFlight && left() > TimeSpan.Zero)
            await clock.DelayAsync(PollInterval).ConfigureAwait(false);
        await clock.AwaitAtMostAsync(page.Documents.WhenParsedAsync(), left()).ConfigureAwait(false);
        await clock
            .AwaitAtMostAsync(page.Traffic.ContentInFlight.WhenIdle(), Min(left(), RequestLimit))
            .ConfigureAwait(false);
    }

    private static string Describe(PageAction step)
    {
        var (kind, subject) = step.Parts.Single();
        return subject is null ? kind : $"{kind} {subject}";
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
