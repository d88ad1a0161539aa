namespace FunctionsCrawler.Cli.Shell;

/// <summary>Makes texts of pages safe to show in a terminal, which obeys escape sequences in them.</summary>
internal static class TerminalText
{
    /// <summary>The text without control characters, but line breaks and tabs, and without characters that reorder a line.</summary>
    public static string Of(string text) => string.Concat(text.Where(c => c is '\n' or '\t' || !IsUnsafe(c)));

    // C0 and C1 controls; the embeddings, overrides and isolates of bidirectional text.
    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
