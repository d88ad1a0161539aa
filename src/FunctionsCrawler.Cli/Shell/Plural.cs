namespace FunctionsCrawler.Cli.Shell;

/// <summary>Formats counts with a noun: "1 page", "2 pages".</summary>
internal static class Plural
{
    /// <param name="count">The count.</param>
    /// <param name="one">The singular.</param>
    /// <param name="many">The plural; null for the singular plus "s".</param>
    public static string Of(long count, string one, string? many = null) =>
        count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";
}
