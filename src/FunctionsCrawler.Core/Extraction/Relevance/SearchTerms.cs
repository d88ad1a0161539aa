namespace FunctionsCrawler.Extraction.Relevance;

/// <summary>
/// Splits text into search terms: words in lower case without a plural s, and pairs of characters for scripts that are written
/// without spaces (Chinese, Japanese, Korean, Thai and their neighbours).
/// </summary>
internal static class SearchTerms
{
    private const int MaxTermLength = 64;

    /// <summary>The terms of a text, in order, repeated ones included.</summary>
    public static IEnumerable<string> Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var start = 0;
        while (start < text.Length)
        {
            var isPaired = IsPaired(text[start]);
            var end = start;
            while (
                end < text.Length
                && WordSpans.IsWordPart(text[end])
                && IsPaired(text[end]) == isPaired
                && end - start < MaxTermLength
            )
                end++;
            if (end == start)
            {
                start++;
                continue;
            }
            var run = text[start..end];
            if (!isPaired)
                yield return Folded(run);
            else if (run.Length == 1)
                yield return run;
            else
                for (var i = 0; i + 1 < run.Length; i++)
                    yield return run.Substring(i, 2);
            // The pair across a cut is needed as well.
            start =
                isPaired && end - start == MaxTermLength && end < text.Length && IsPaired(text[end]) ? end - 1 : end;
        }
    }

    // Surrogates are mostly rare Chinese characters and emoji.
    private static bool IsPaired(char c) =>
        c
            is (>= '\u0e00' and <= '\u0eff')
                or (>= '\u1000' and <= '\u109f')
                or (>= '\u1780' and <= '\u17ff')
                or (>= '\u3040' and <= '\u30ff')
                or (>= '\u3400' and <= '\u9fff')
                or (>= '\uac00' and <= '\ud7af')
                or (>= '\uf900' and <= '\ufaff')
        || char.IsSurrogate(c);

    // Plurals of many European languages. The few other words that end in s are shortened on both sides alike.
    private static string Folded(string word)
    {
        var lower = word.ToLowerInvariant();
        return lower.Length > 3 && lower[^1] == 's' && lower[^2] is not ('s' or 'u' or 'i') ? lower[..^1] : lower;
    }
}
