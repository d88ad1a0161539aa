namespace FunctionsCrawler.Selectors;

/// <summary>
/// Refuses pseudo-classes whose evaluation on one element is not bounded by about the size of the document. AngleSharp
/// backtracks over combinators, so that ten of them on deeply nested elements take for ever.
/// </summary>
internal static class PseudoClassCheck
{
    private const int MaxCombinators = 2;
    private const int MaxNesting = 4;

    private static readonly string[] Positions = [":nth-", ":first-", ":last-", ":only-"];

    /// <summary>Returns what is wrong with a pseudo-class; null if nothing is.</summary>
    /// <param name="text">Its name and argument: "has(:scope>img)".</param>
    public static string? FindFault(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || text.StartsWith("contains(", StringComparison.OrdinalIgnoreCase))
            return null;
        var name = text[..open];
        var argument = WithoutQuoted(text[(open + 1)..]);
        if (argument.Count(c => c == '(') >= MaxNesting)
            return $"':{name}(…)' contains more than {MaxNesting} functions";
        var isHas = name.Equals("has", StringComparison.OrdinalIgnoreCase);
        if (isHas && argument.Contains(":has(", StringComparison.OrdinalIgnoreCase))
            return "':has(…)' must not contain another ':has(…)'";
        if (isHas && Positions.Any(p => argument.Contains(p, StringComparison.OrdinalIgnoreCase)))
            return "':has(…)' must not contain a pseudo-class of positions, such as ':first-child'";
        var most = isHas ? 1 : MaxCombinators;
        return argument.Split(',').Any(alternative => CountCombinators(alternative) > most)
            ? $"an alternative in ':{name}(…)' has more than {most} combinators"
            : null;
    }

    private static int CountCombinators(string selector)
    {
        var count = 0;
        // A run of white space and combinators is one combinator; at the ends white space is none.
        var trimmed = selector.Trim();
        for (var i = 0; i < trimmed.Length; i++)
        {
            if (!IsCombinator(trimmed[i]))
                continue;
            count++;
            while (i + 1 < trimmed.Length && IsCombinator(trimmed[i + 1]))
                i++;
        }
        return count;
    }

    private static bool IsCombinator(char c) => c is '>' or '+' or '~' || char.IsWhiteSpace(c);

    // Removes strings and attribute selectors, in which these characters mean something else.
    private static string WithoutQuoted(string text)
    {
        var kept = new System.Text.StringBuilder(text.Length);
        var (quote, brackets) = ('\0', 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
                i++;
            else if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c is '[' or ']')
                brackets += c == '[' ? 1 : -1;
            else if (brackets == 0)
                kept.Append(c);
        }
        return kept.ToString();
    }
}
