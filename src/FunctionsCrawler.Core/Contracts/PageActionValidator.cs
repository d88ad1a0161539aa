using System.Globalization;

namespace FunctionsCrawler.Contracts;

/// <summary>Validates the steps of a visit.</summary>
internal static class PageActionValidator
{
    private const int MaxActions = 100;
    private const int MaxTextLength = 100_000;
    private const int MaxValueLength = 1000;
    private const int MaxWaitMs = 60_000;
    private const int MaxNameLength = 40;

    private const string Kinds =
        "click, doubleClick, write, press, select, check, uncheck, hover, scroll, wait, screenshot or script";

    /// <summary>Returns all faults of the steps.</summary>
    /// <param name="field">The path of the list in the request.</param>
    /// <param name="actions">The steps.</param>
    public static IEnumerable<RequestFault> Validate(string field, IReadOnlyList<PageAction>? actions)
    {
        if (actions is null)
            return CrawlRequestValidator.Missing(field, "a list of steps");
        if (actions.Count > MaxActions)
            return [new RequestFault(field, $"There are {actions.Count} steps; at most {MaxActions} are allowed.")];
        return actions.SelectMany((action, i) => Validate($"{field}[{i}]", action));
    }

    /// <summary>Parses what a step waits for.</summary>
    /// <param name="wait">The value of <see cref="PageAction.Wait"/>.</param>
    /// <param name="milliseconds">The number of milliseconds; null if it is a condition.</param>
    public static bool IsDelay(string wait, out int milliseconds) =>
        int.TryParse(wait.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds);

    private static IEnumerable<RequestFault> Validate(string field, PageAction? action)
    {
        var parts = action?.Parts.ToList() ?? [];
        if (parts is not [var part])
        {
            var given = parts is [] ? "is empty" : $"has {string.Join(", ", parts.Select(p => p.Kind))}";
            return [new RequestFault(field, $"It {given}; a step has exactly one of {Kinds}.")];
        }
        return action switch
        {
            { Write: { } write } => Write($"{field}.write", write),
            { Select: { } select } => Select($"{field}.select", select),
            { Press: { } key } when !PageKey.TryFind(key, out _) =>
            [
                new RequestFault(
                    $"{field}.press",
                    $"'{key}' is not a key; one character and {string.Join(", ", PageKey.Names)} are allowed."
                ),
            ],
            { Press: not null } => [],
            { Scroll: { } target } => target is "down" or "up" or "end" or "top"
                ? []
                : Element($"{field}.scroll", target),
            { Wait: { } wait } => Wait($"{field}.wait", wait),
            { Screenshot: { } name } => Name($"{field}.screenshot", name),
            { Script: { } script } => Length($"{field}.script", script, MaxTextLength),
            _ => Element($"{field}.{part.Kind}", part.Subject),
        };
    }

    private static IEnumerable<RequestFault> Write(string field, PageWrite write) =>
        [
            .. Element($"{field}.into", write.Into),
            .. write.Text is null
                ? CrawlRequestValidator.Missing($"{field}.text", "a text")
                : Length($"{field}.text", write.Text.Literal ?? "secret", MaxTextLength, isEmptyAllowed: true),
        ];

    private static IEnumerable<RequestFault> Select(string field, PageSelect select) =>
        [.. Element($"{field}.from", select.From), .. Length($"{field}.value", select.Value, MaxValueLength)];

    private static RequestFault[] Wait(string field, string wait) =>
        IsDelay(wait, out var milliseconds) ? [.. CrawlRequestValidator.Range(field, milliseconds, 0, MaxWaitMs)]
        : PageCondition.TryParse(wait, out _, out var fault) ? []
        : [new RequestFault(field, $"{fault} So is a number of milliseconds.")];

    private static RequestFault[] Name(string field, string name) =>
        name.Length is > 0 and <= MaxNameLength
        && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? []
            :
            [
                new RequestFault(
                    field,
                    $"'{name}' is not a name; a lower-case letter and up to {MaxNameLength - 1} lower-case letters, digits and hyphens are allowed."
                ),
            ];

    private static RequestFault[] Element(string field, string? element) =>
        element is null ? [.. CrawlRequestValidator.Missing(field, "an element")]
        : PageCondition.TryParseElement(element, out _, out var fault) ? []
        : [new RequestFault(field, fault)];

    private static RequestFault[] Length(string field, string? text, int max, bool isEmptyAllowed = false) =>
        text is null ? [.. CrawlRequestValidator.Missing(field, "a text")]
        : text.Length == 0 && !isEmptyAllowed ? [new RequestFault(field, "It is empty.")]
        : text.Length > max ? [new RequestFault(field, $"It has {text.Length} characters; at most {max} are allowed.")]
        : [];
}
