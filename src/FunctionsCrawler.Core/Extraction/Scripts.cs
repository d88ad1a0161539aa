using System.Collections.Frozen;

namespace FunctionsCrawler.Extraction;

/// <summary>How superscript or subscript text is written.</summary>
internal enum ScriptForm
{
    /// <summary>As it is: ordinal endings, signs of notes, and texts that have marks of their own.</summary>
    Plain,

    /// <summary>In the superscript or subscript characters of Unicode.</summary>
    Converted,

    /// <summary>After <c>^</c> or <c>_</c>.</summary>
    Marked,
}

/// <summary>Writes superscripts and subscripts, which Markdown has no form for: without one, 10 to the 6 would be 106.</summary>
internal static class Scripts
{
    private static readonly FrozenDictionary<char, char> Raised = Map(
        "0123456789+-\u2212=()n",
        "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207c\u207d\u207e\u207f"
    );

    private static readonly FrozenDictionary<char, char> Lowered = Map(
        "0123456789+-\u2212=()",
        "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089\u208a\u208b\u208b\u208c\u208d\u208e"
    );

    // Endings of ordinal numbers and abbreviations, in English, French, Spanish and Portuguese; marks of trade.
    private static readonly FrozenSet<string> Endings = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "re",
        "ème",
        "eme",
        "ère",
        "tm",
        "sm"
    );

    /// <param name="text">The text.</param>
    /// <param name="isRaised">Whether it is a superscript.</param>
    /// <param name="hasLink">Whether it contains a link or an image, as references to notes do.</param>
    public static ScriptForm FormOf(string text, bool isRaised, bool hasLink)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || (isRaised && Endings.Contains(trimmed.ToString())))
            return ScriptForm.Plain;
        var map = isRaised ? Raised : Lowered;
        var convertible = true;
        var hasLetter = false;
        foreach (var c in trimmed)
        {
            convertible &= map.ContainsKey(c);
            hasLetter |= char.IsLetterOrDigit(c);
        }
        return convertible ? ScriptForm.Converted
            : hasLink || !hasLetter || trimmed[0] == '[' ? ScriptForm.Plain
            : ScriptForm.Marked;
    }

    public static string Convert(string text, bool isRaised)
    {
        var map = isRaised ? Raised : Lowered;
        return string.Create(
            text.Length,
            (text, map),
            static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = source.map.GetValueOrDefault(source.text[i], source.text[i]);
            }
        );
    }

    private static FrozenDictionary<char, char> Map(string plain, string converted) =>
        plain.Zip(converted).ToFrozenDictionary(pair => pair.First, pair => pair.Second);
}
