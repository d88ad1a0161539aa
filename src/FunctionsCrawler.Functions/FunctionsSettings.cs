using System.Globalization;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Safety;
using Microsoft.Extensions.Configuration;

namespace FunctionsCrawler.Functions;

/// <summary>The app's settings, each with its default.</summary>
public sealed record FunctionsSettings
{
    /// <summary>CRAWL_MEMORY_MB: what a worker and its browsers may use together.</summary>
    /// <value>Default 1,536, at least 512.</value>
    public int MemoryMb { get; init; } = 1536;

    /// <summary>CRAWL_ALLOW_PRIVATE and CRAWL_ALLOW: which addresses may be reached besides public ones.</summary>
    /// <value>Default none. The second is a list of CIDR ranges and hosts, separated by commas.</value>
    public AddressPolicy Addresses { get; init; } = new();

    /// <summary>CRAWL_HISTORY_DAYS: how long the history of orchestrations is kept. Results are kept until they are deleted.</summary>
    /// <value>Default 7 days, at least 1.</value>
    public TimeSpan HistoryRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>CRAWL_LIMITS: how much a page may be, as in "nodes=500000,links=2000".</summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>CRAWL_CONTACT: a URL that tells the owners of sites who crawls them.</summary>
    /// <value>Default: nobody is named.</value>
    public CrawlerIdentity Identity { get; init; } = new();

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidOperationException">One of them is wrong; it says which and what is allowed.</exception>
    public static FunctionsSettings Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new FunctionsSettings
        {
            MemoryMb = Number(configuration, "CRAWL_MEMORY_MB", 1536, 512, 1_048_576),
            Limits = PageLimitSettings.TryParse(Entries(configuration["CRAWL_LIMITS"]), out var limits, out var fault)
                ? limits
                : throw new InvalidOperationException($"CRAWL_LIMITS: {fault}"),
            Identity = new CrawlerIdentity { Contact = Contact(configuration["CRAWL_CONTACT"]) },
            HistoryRetention = TimeSpan.FromDays(Number(configuration, "CRAWL_HISTORY_DAYS", 7, 1, 3650)),
            Addresses = new AddressPolicy
            {
                AllowPrivate = Flag(configuration, "CRAWL_ALLOW_PRIVATE"),
                Allow = [.. Entries(configuration["CRAWL_ALLOW"]).Select(Parse)],
            },
        };
    }

    private static int Number(IConfiguration configuration, string name, int standard, int least, int most)
    {
        var text = configuration[name];
        if (string.IsNullOrEmpty(text))
            return standard;
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most
            ? number
            : throw new InvalidOperationException(
                $"{name} is '{text}'; it takes a whole number from {least} to {most}"
            );
    }

    private static bool Flag(IConfiguration configuration, string name) =>
        configuration[name] switch
        {
            null or "" or "false" => false,
            "true" => true,
            var text => throw new InvalidOperationException($"{name} is '{text}'; it takes true or false"),
        };

    private static string? Contact(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : CrawlerIdentity.TryReadContact(text, out var contact, out var fault) ? contact
        : throw new InvalidOperationException($"CRAWL_CONTACT: {fault}");

    private static string[] Entries(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static AllowEntry Parse(string text) =>
        AllowEntry.TryParseAllow(text, out var entry, out var fault)
            ? entry
            : throw new InvalidOperationException($"CRAWL_ALLOW: {fault}");
}
