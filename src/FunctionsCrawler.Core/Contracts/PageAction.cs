namespace FunctionsCrawler.Contracts;

/// <summary>
/// One step that is carried out in a page before it is read. Exactly one property is set. Where an element is named, it is a CSS
/// selector, <c>css:#login</c>, or the text that it shows, <c>text:Log in</c>; a value without a prefix is a CSS selector. A step
/// waits until its element is visible. If that takes too long, the page fails with <see cref="ErrorCode.Action"/>.
/// </summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageAction
{
    /// <summary>The element to click.</summary>
    /// <value>Up to 1,000 characters.</value>
    public string? Click { get; set; }

    /// <summary>The element to double-click.</summary>
    /// <value>Up to 1,000 characters.</value>
    public string? DoubleClick { get; set; }

    /// <summary>A text to write into a field; it replaces what the field contains.</summary>
    public PageWrite? Write { get; set; }

    /// <summary>
    /// A key to press in the focused element: Enter, Tab, Escape, Space, Backspace, Delete, ArrowUp, ArrowDown, ArrowLeft,
    /// ArrowRight, Home, End, PageUp, PageDown, or one character.
    /// </summary>
    public string? Press { get; set; }

    /// <summary>An option to select from a list.</summary>
    public PageSelect? Select { get; set; }

    /// <summary>The check box or radio button to check.</summary>
    /// <value>Up to 1,000 characters.</value>
    public string? Check { get; set; }

    /// <summary>The check box to clear.</summary>
    /// <value>Up to 1,000 characters.</value>
    public string? Uncheck { get; set; }

    /// <summary>The element to move the pointer to.</summary>
    /// <value>Up to 1,000 characters.</value>
    public string? Hover { get; set; }

    /// <summary>
    /// Where to scroll: "down" or "up" by the height of the window, "end" as far as <see cref="PageScroll"/> does, "top", or an
    /// element to bring into view.
    /// </summary>
    public string? Scroll { get; set; }

    /// <summary>What to wait for: a number of milliseconds up to 60,000, "500", or a condition as in <see cref="PageOptions.WaitFor"/>.</summary>
    public string? Wait { get; set; }

    /// <summary>
    /// The name of a picture to take of the whole page at this moment. It is the artifact "screenshot-" and the name.
    /// </summary>
    /// <value>A lower-case letter, followed by up to 39 lower-case letters, digits and hyphens.</value>
    public string? Screenshot { get; set; }

    /// <summary>
    /// A JavaScript expression to evaluate in the page. It needs <see cref="CrawlerOptions.AllowScripts"/>. A promise is awaited.
    /// </summary>
    /// <value>Up to 100,000 characters.</value>
    public string? Script { get; set; }

    /// <summary>
    /// The properties that are set, by their names in JSON, each with the element or value that it names; null for a script.
    /// </summary>
    internal IEnumerable<(string Kind, string? Subject)> Parts =>
        new (string Kind, bool IsSet, string? Subject)[]
        {
            ("click", Click is not null, Click),
            ("doubleClick", DoubleClick is not null, DoubleClick),
            ("write", Write is not null, Write?.Into),
            ("press", Press is not null, Press),
            ("select", Select is not null, Select?.From),
            ("check", Check is not null, Check),
            ("uncheck", Uncheck is not null, Uncheck),
            ("hover", Hover is not null, Hover),
            ("scroll", Scroll is not null, Scroll),
            ("wait", Wait is not null, Wait),
            ("screenshot", Screenshot is not null, Screenshot),
            ("script", Script is not null, null),
        }
            .Where(part => part.IsSet)
            .Select(part => (part.Kind, part.Subject));
}

/// <summary>A text to write into a field of a page.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageWrite
{
    /// <summary>The field: an input, a text area or an editable element.</summary>
    /// <value>Required. Up to 1,000 characters.</value>
    public string Into { get; set; } = "";

    /// <summary>The text. Neither records nor logs contain it.</summary>
    /// <value>Default empty. Up to 100,000 characters.</value>
    public SecretText Text { get; set; } = SecretText.FromString("");
}

/// <summary>An option to select from a list of a page.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageSelect
{
    /// <summary>The list: a select element.</summary>
    /// <value>Required. Up to 1,000 characters.</value>
    public string From { get; set; } = "";

    /// <summary>The value of the option, or the text that it shows.</summary>
    /// <value>Required. Up to 1,000 characters.</value>
    public string Value { get; set; } = "";
}
