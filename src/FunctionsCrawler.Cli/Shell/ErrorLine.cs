namespace FunctionsCrawler.Cli.Shell;

/// <summary>Writes messages to standard error, one line each.</summary>
internal static class ErrorLine
{
    /// <summary>The message on one line after "crawl: "; line breaks and control characters become spaces.</summary>
    public static string Format(string message) =>
        "crawl: " + string.Concat(message.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>Writes a message to standard error.</summary>
    public static Task WriteAsync(string message) => Console.Error.WriteLineAsync(Format(message));
}
