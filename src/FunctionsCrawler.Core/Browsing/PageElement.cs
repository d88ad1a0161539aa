using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Uses an element of a page as a user would. Every method returns why that was not possible, or null.</summary>
internal sealed class PageElement(TabPage page, PageLimits limits)
{
    // What a selection covers is replaced by the text. Fields with a picker do not take text; their value is set.
    private const string SelectContent = """
        (target => {
          if (target instanceof HTMLInputElement && /^(file|checkbox|radio|submit|reset|button|image)$/.test(target.type))
            throw `it is an input of type ${target.type}, which takes no text`;
          target.focus();
          if (target.getRootNode().activeElement !== target) throw 'it cannot be focused';
          if (target instanceof HTMLInputElement && /^(date|time|datetime-local|month|week|color|range)$/.test(target.type))
            return 'set';
          if (target.readOnly) throw 'it is read-only';
          if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.select();
          else if (target.isContentEditable) getSelection().selectAllChildren(target);
          else throw 'it is not a field for text';
          return 'type';
        })
        """;

    private const string Changed = """
        for (const name of ['input', 'change']) target.dispatchEvent(new Event(name, { bubbles: true, composed: true }));
        """;

    /// <summary>Clicks an element. A link or form opens its target in the page itself, because no other window is shown.</summary>
    public async Task<string?> ClickAsync(string element, int times, TimeSpan limit, VisitClock clock)
    {
        const string keepWindow =
            "(target => { target.closest('a[target], form[target]')?.removeAttribute('target'); })";
        return (await ClickAsync(element, keepWindow, _ => true, times, limit, clock).ConfigureAwait(false)).Fault;
    }

    /// <summary>Moves the pointer to an element.</summary>
    public async Task<string?> HoverAsync(string element, TimeSpan limit, VisitClock clock)
    {
        var (fault, used) = await UseAsync(element, "(() => { })", isClicked: true, limit, clock).ConfigureAwait(false);
        if (fault is null)
            await SendAsync(page.Input.MoveAsync(X(used), Y(used)), clock).ConfigureAwait(false);
        return fault;
    }

    /// <summary>Brings an element into view.</summary>
    public async Task<string?> ShowAsync(string element, TimeSpan limit, VisitClock clock) =>
        (await UseAsync(element, "(() => { })", isClicked: false, limit, clock).ConfigureAwait(false)).Fault;

    /// <summary>Checks or clears a check box, unless it is already.</summary>
    public async Task<string?> CheckAsync(string element, bool isChecked, TimeSpan limit, VisitClock clock)
    {
        const string state = """
            (target => {
              const box = target instanceof HTMLLabelElement ? target.control : target;
              if (!box) throw 'it is a label without a check box';
              return 'checked' in box ? box.checked : box.getAttribute('aria-checked') === 'true';
            })
            """;
        var (fault, isClicked) = await ClickAsync(
                element,
                state,
                used => used.GetProperty("result").GetBoolean() != isChecked,
                times: 1,
                limit,
                clock
            )
            .ConfigureAwait(false);
        if (!isClicked)
            return fault;
        JsonElement used;
        try
        {
            (fault, used) = await UseAsync(element, state, isClicked: true, limit, clock).ConfigureAwait(false);
        }
        catch (ProtocolException e) when (e.IsSuperseded)
        {
            // The click has led to another document.
            return null;
        }
        return fault ?? (used.GetProperty("result").GetBoolean() == isChecked ? null : "its state did not change");
    }

    /// <summary>Writes a text into a field in place of its content.</summary>
    public async Task<string?> WriteAsync(PageWrite write, TimeSpan limit, VisitClock clock)
    {
        if (!write.Text.TryRead(out var text, out var missing))
            return missing;
        var (fault, used) = await UseAsync(write.Into, SelectContent, isClicked: false, limit, clock)
            .ConfigureAwait(false);
        if (fault is not null)
            return fault;
        if (used.GetProperty("result").ValueEquals("set"))
            return (
                await UseAsync(write.Into, SetValue(text), isClicked: false, limit, clock).ConfigureAwait(false)
            ).Fault;
        var writing =
            text.Length == 0 && PageKey.TryFind("Delete", out var delete)
                ? page.Input.PressAsync(delete)
                : page.Input.WriteAsync(text);
        await SendAsync(writing, clock).ConfigureAwait(false);
        return null;
    }

    /// <summary>Selects an option of a list, by its value or its text.</summary>
    public async Task<string?> SelectAsync(PageSelect select, TimeSpan limit, VisitClock clock)
    {
        var script = $$"""
            (target => {
              const wanted = {{JsonValue.Create(select.Value).ToJsonString()}};
              if (!(target instanceof HTMLSelectElement)) throw 'it is not a select element';
              const options = [...target.options];
              const option = options.find(o => o.value === wanted) ?? options.find(o => o.label.trim() === wanted.trim());
              if (!option) throw `it has no option ${wanted}`;
              if (option.disabled) throw `its option ${wanted} is disabled`;
              option.selected = true;
              {{Changed}}
            })
            """;
        return (await UseAsync(select.From, script, isClicked: false, limit, clock).ConfigureAwait(false)).Fault;
    }

    // The pointer is moved there first, because a page may show or move something then.
    private async Task<(string? Fault, bool IsClicked)> ClickAsync(
        string element,
        string use,
        Func<JsonElement, bool> isNeeded,
        int times,
        TimeSpan limit,
        VisitClock clock
    )
    {
        var last = clock.Remaining - limit;
        var (fault, used) = await UseAsync(element, use, isClicked: true, limit, clock).ConfigureAwait(false);
        if (fault is not null || !isNeeded(used))
            return (fault, false);
        await SendAsync(page.Input.MoveAsync(X(used), Y(used)), clock).ConfigureAwait(false);
        (fault, used) = await UseAsync(element, use, isClicked: true, clock.Remaining - last, clock)
            .ConfigureAwait(false);
        if (fault is not null)
            return (fault, false);
        await SendAsync(page.Input.ClickAsync(X(used), Y(used), times), clock).ConfigureAwait(false);
        return (null, true);
    }

    private static string SetValue(string text) =>
        $$"""
            (target => {
              target.value = {{JsonValue.Create(text).ToJsonString()}};
              if (target.value === '' && {{(
                text.Length > 0 ? "true" : "false"
            )}}) throw `the text is not a ${target.type}`;
              {{Changed}}
            })
            """;

    private async Task<(string? Fault, JsonElement Used)> UseAsync(
        string element,
        string use,
        bool isClicked,
        TimeSpan limit,
        VisitClock clock
    )
    {
        // The page counts the time itself. One that is busy answers late.
        var script = ElementScript.Use(PageCondition.Parse(element), use, isClicked, limit * 0.9, limits.MaxNodes);
        var asking = page.EvaluateAsync(script);
        await clock.AwaitAtMostAsync(asking, limit).ConfigureAwait(false);
        if (!asking.IsCompleted)
            return ("the page did not answer within the time limit", default);
        var used = await asking.ConfigureAwait(false);
        return (used.TryGetProperty("fault", out var fault) ? fault.GetString() : null, used);
    }

    // Input that made the page navigate has arrived, even if its answer is lost with the document.
    private static async Task SendAsync(Task input, VisitClock clock)
    {
        try
        {
            await clock.AwaitAsync(input).ConfigureAwait(false);
        }
        catch (ProtocolException e) when (e.IsSuperseded) { }
    }

    private static double X(JsonElement used) => used.GetProperty("x").GetDouble();

    private static double Y(JsonElement used) => used.GetProperty("y").GetDouble();
}
