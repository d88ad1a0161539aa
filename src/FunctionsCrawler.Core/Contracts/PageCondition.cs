using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Contracts;

/// <summary>What a page must show before it is read: the parsed form of <see cref="PageOptions.WaitFor"/>.</summary>
/// <param name="IsText">Whether <paramref name="Value"/> is a text; otherwise it is a CSS selector.</param>
/// <param name="Value">The text or selector.</param>
internal readonly record struct PageCondition(bool IsText, string Value)
{
    private const int MaxLength = 1000;
    private const string Css = "css:";
    private const string Text = "text:";

    /// <summary>Parses a condition.</summary>
    /// <param name="source">The value of the field.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="fault">One sentence with the invalid value and the allowed ones; null if it is valid.</param>
    public static bool TryParse(string source, out PageCondition condition, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(source);
        var isText = source.StartsWith(Text, StringComparison.Ordinal);
        var isCss = source.StartsWith(Css, StringComparison.Ordinal);
        condition = new PageCondition(
            isText,
            source[
                (
                    isText ? Text.Length
                    : isCss ? Css.Length
                    : 0
                )..
            ]
                .Trim()
        );
        fault =
            source.Length > MaxLength ? $"It has {source.Length} characters; at most {MaxLength} are allowed."
            : condition.Value.Length == 0 || source.StartsWith("js:", StringComparison.Ordinal)
                ? $"'{source}' is not a condition; css: with a selector and text: with a text are allowed."
            : null;
        return fault is null;
    }

    /// <summary>The condition as it is written in a request.</summary>
    public override string ToString() => (IsText ? Text : Css) + Value;
}
