using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Contracts;

/// <summary>
/// What a page must show, or what a step refers to: the parsed form of <see cref="PageOptions.WaitFor"/> and of the elements in
/// <see cref="PageAction"/>.
/// </summary>
/// <param name="Kind">What <paramref name="Value"/> is.</param>
/// <param name="Value">The selector, text or expression, without its prefix.</param>
internal readonly record struct PageCondition(ConditionKind Kind, string Value)
{
    private const int MaxLength = 1000;

    private static readonly (string Prefix, ConditionKind Kind)[] Prefixes =
    [
        ("css:", ConditionKind.Css),
        ("text:", ConditionKind.Text),
        ("js:", ConditionKind.Script),
    ];

    /// <summary>Parses a condition.</summary>
    /// <param name="source">The value of the field.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="fault">One sentence with the invalid value and the allowed ones; null if it is valid.</param>
    public static bool TryParse(string source, out PageCondition condition, [NotNullWhen(false)] out string? fault)
    {
        condition = Read(source, out fault);
        fault ??= FindSyntaxFault(condition);
        return fault is null;
    }

    /// <summary>
    /// Parses a condition of a stored request. Its selector may be invalid, because earlier versions accepted that; then a
    /// browser refuses it.
    /// </summary>
    /// <exception cref="InvalidDataException">It has no value, or is too long.</exception>
    public static PageCondition Parse(string source)
    {
        var condition = Read(source, out var fault);
        return fault is null ? condition : throw new InvalidDataException(fault);
    }

    /// <summary>Parses what names an element: a selector or a text.</summary>
    /// <inheritdoc cref="TryParse"/>
    public static bool TryParseElement(
        string source,
        out PageCondition condition,
        [NotNullWhen(false)] out string? fault
    )
    {
        condition = Read(source, out fault);
        if (source.Length <= MaxLength && (fault is not null || condition.Kind == ConditionKind.Script))
            fault = $"'{source}' does not name an element; css: with a selector and text: with a text are allowed.";
        fault ??= FindSyntaxFault(condition);
        return fault is null;
    }

    /// <summary>The condition as it is written in a request.</summary>
    public override string ToString()
    {
        var kind = Kind;
        return Array.Find(Prefixes, p => p.Kind == kind).Prefix + Value;
    }

    private static string? FindSyntaxFault(PageCondition condition) =>
        condition.Kind == ConditionKind.Css && !SelectorSyntax.IsValid(condition.Value)
            ? $"'{condition.Value}' is not a valid CSS selector."
            : null;

    private static PageCondition Read(string source, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(source);
        var text = source.Trim();
        var (prefix, kind) = Array.Find(Prefixes, p => text.StartsWith(p.Prefix, StringComparison.OrdinalIgnoreCase));
        var condition = new PageCondition(kind, text[(prefix?.Length ?? 0)..].Trim());
        fault =
            source.Length > MaxLength ? $"It has {source.Length} characters; at most {MaxLength} are allowed."
            // The prefix of another crawler. As a selector it would match nothing.
            : condition.Value.Length == 0 || text.StartsWith("xpath:", StringComparison.OrdinalIgnoreCase)
                ? $"'{source}' is not a condition; css: with a selector, text: with a text and js: with an expression are allowed."
            : null;
        return condition;
    }
}

/// <summary>The kinds of a <see cref="PageCondition"/>.</summary>
internal enum ConditionKind
{
    /// <summary>A CSS selector: an element matches it.</summary>
    Css,

    /// <summary>A text: it is visible.</summary>
    Text,

    /// <summary>A JavaScript expression: it is true. Needs <see cref="CrawlerOptions.AllowScripts"/>.</summary>
    Script,
}
