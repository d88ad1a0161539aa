namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Finds where to cut text that has no lines short enough.</summary>
internal static class TextCut
{
    /// <summary>
    /// Returns a place behind the last sentence of a range; behind its last word if that sentence ends in the first half; its end
    /// if it is a single word. Surrogate pairs and the characters of a line end stay together.
    /// </summary>
    public static int Find(string text, int start, int end)
    {
        var half = start + ((end - start) / 2);
        var word = -1;
        for (var at = end; at > half; at--)
        {
            if (!char.IsWhiteSpace(text[at - 1]) || (at < text.Length && char.IsWhiteSpace(text[at])))
                continue;
            if (word < 0)
                word = at;
            if (at > start + 1 && IsEndOfSentence(text[at - 2]))
                return at;
        }
        // Chinese and Japanese sentences end without a space.
        for (var at = end; word < 0 && at > half; at--)
        {
            if (text[at - 1] is '。' or '！' or '？' or '、' or '，')
                return at;
        }
        return word >= 0 ? word : WithoutHalves(text, start, end);
    }

    private static bool IsEndOfSentence(char c) => c is '.' or '!' or '?' or ':' or ';' or '。' or '！' or '？' or '\n';

    private static int WithoutHalves(string text, int start, int end)
    {
        var isInside =
            end < text.Length
            && end > start + 1
            && (
                (char.IsHighSurrogate(text[end - 1]) && char.IsLowSurrogate(text[end]))
                || (text[end - 1] == '\r' && text[end] == '\n')
            );
        return isInside ? end - 1 : end;
    }
}
