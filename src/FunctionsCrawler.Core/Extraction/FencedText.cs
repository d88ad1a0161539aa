namespace FunctionsCrawler.Extraction;

/// <summary>Writes text as a fenced code block.</summary>
internal static class FencedText
{
    /// <summary>Returns the block. Its fence is longer than every run of backticks in the text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">The language after the fence.</param>
    public static string Write(string text, string language)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (longest, run) = (2, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        var fence = new string('`', longest + 1);
        return $"{fence}{language}\n{text.TrimEnd('\r', '\n')}\n{fence}\n";
    }
}
