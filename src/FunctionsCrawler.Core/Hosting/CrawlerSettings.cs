using System.Globalization;
using Microsoft.Extensions.Options;

namespace FunctionsCrawler.Hosting;

/// <summary>Reads options from environment variables or from the app settings of a Functions app.</summary>
internal static class CrawlerSettings
{
    private static readonly Setting[] Settings =
    [
        new("CRAWL_MEMORY_MB", (o, text) => o.MemoryMb = Number(text)),
        new("CRAWL_ALLOW_PRIVATE", (o, text) => o.AllowPrivate = Flag(text)),
        new("CRAWL_ALLOW_SCRIPTS", (o, text) => o.AllowScripts = Flag(text)),
        new("CRAWL_ALLOW", (o, text) => o.Allow = Entries(text)),
        new("CRAWL_PROXIES", (o, text) => o.Proxies = Entries(text)),
        new("CRAWL_STORAGE_STATE", (o, text) => o.StorageState = text),
        new("CRAWL_LIMITS", (o, text) => o.Limits = Entries(text)),
        new("CRAWL_CONTACT", (o, text) => o.Contact = text),
        new("CRAWL_MAX_CHUNKS", (o, text) => o.MaxChunks = Number(text)),
        new("CRAWL_MAX_SCRAPES", (o, text) => o.MaxRunningScrapes = Number(text)),
        new("CRAWL_SPARE_BROWSERS", (o, text) => o.SpareBrowsers = Number(text)),
        new("CRAWL_HISTORY_DAYS", (o, text) => o.HistoryDays = Number(text)),
    ];

    /// <summary>The names of all settings.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Settings.Select(s => s.Name)];

    /// <summary>Applies all settings. Empty and missing settings leave the options unchanged.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="read">Returns the value of a setting; null if it is missing.</param>
    /// <exception cref="InvalidOperationException">
    /// A setting is invalid. The message names it, its value and the allowed values.
    /// </exception>
    public static void Apply(CrawlerOptions options, Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(read);
        foreach (var setting in Settings)
        {
            if (read(setting.Name) is { Length: > 0 } text)
                Apply(options, setting, text);
        }
    }

    private static void Apply(CrawlerOptions options, Setting setting, string text)
    {
        try
        {
            setting.Set(options, text);
        }
        catch (FormatException e)
        {
            throw new InvalidOperationException($"{setting.Name} is '{text}'; it must be {e.Message}", e);
        }
        // Validate after each setting, so that the message can name it.
        if (new CrawlerOptionsValidator().Validate(null, options) is { Failed: true } invalid)
            throw new InvalidOperationException($"{setting.Name}: {invalid.FailureMessage}");
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException("a whole number");

    private static bool Flag(string text) =>
        text switch
        {
            "true" => true,
            "false" => false,
            _ => throw new FormatException("true or false"),
        };

    private static string[] Entries(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed record Setting(string Name, Action<CrawlerOptions, string> Set);
}
