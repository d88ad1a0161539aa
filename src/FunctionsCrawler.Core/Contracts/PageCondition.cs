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

    // Prefixes of other crawlers. As selectors they would match nothing.
    private static readonly string[] Others = ["js:", "xpath:"];

    /// <summary>Parses a condition.</summary>
    /// <param name="source">The value of the field.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="fault">One sentence with the invalid value and the allowed ones; null if it is valid.</param>
    public static bool TryParse(string source, out PageCondition condition, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(source);
        var text = source.Trim();
        var isText = text.StartsWith(Text, StringComparison.OrdinalIgnoreCase);
        var isCss = text.StartsWith(Css, StringComparison.OrdinalIgnoreCase);
        var prefix =
            isText ? Text
            : isCss ? Css
            : "";
        condition = new PageCondition(isText, text[prefix.Length..].Trim());
        fault =
            source.Length > MaxLength ? $"It has {source.Length} characters; at most {MaxLength} are allowed."
            : condition.Value.Length == 0
            || Array.Exists(Others, other => text.StartsWith(other, StringComparison.OrdinalIgnoreCase))
                ? $"'{source}' is not a condition; css: with a selector and text: with a text are allowed."
            : null;
        return fault is null;
    }

    /// <summary>The condition as it is written in a request.</summary>
    public override string ToString() => (IsText ? Text : Css) + Value;
}
