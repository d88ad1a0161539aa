using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that say what this machine allows crawls, whatever they ask for.</summary>
internal sealed class AllowanceOptions
{
    public Option<bool> AllowPrivate { get; } =
        new("--allow-private") { Description = "Allows private, loopback and link-local addresses." };

    public Option<string[]> Allow { get; } =
        OptionKinds.Many("--allow", "CIDR-or-host", "Allows an address range or a host that is forbidden by default.");

    public Option<int> Memory { get; } =
        OptionKinds.Number("--memory", 1536, 512, 1_048_576, "MB that this process and its browsers may use together.");

    public Option<string[]> Limit { get; } =
        OptionKinds.Many(
            "--limit",
            "NAME=N",
            $"How much a page may be: {string.Join(", ", PageLimitSettings.Names)}. [default: CRAWL_LIMITS, with commas]"
        );

    public Option<string?> Contact { get; } =
        new("--contact")
        {
            Description =
                "A URL that tells the owners of sites who crawls them; it becomes part of the User-Agent. [default: CRAWL_CONTACT]",
            HelpName = "URL",
        };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [AllowPrivate, Allow, Memory, Limit, Contact];

    /// <summary>What the host allows.</summary>
    public CrawlSettings ReadSettings(ParseResult parsed)
    {
        var settings = new CrawlSettings
        {
            AllowPrivate = parsed.GetValue(AllowPrivate),
            Allow = parsed.GetValue(Allow) ?? [],
            MemoryMb = parsed.GetValue(Memory),
            Limits =
                parsed.GetValue(Limit)
                ?? Environment.GetEnvironmentVariable("CRAWL_LIMITS")?.Split(',', StringSplitOptions.RemoveEmptyEntries)
                ?? [],
            Contact = ReadContact(parsed.GetValue(Contact)),
        };
        _ = settings.Addresses;
        _ = settings.PageLimits;
        return settings;
    }

    private static string? ReadContact(string? option)
    {
        var (name, text) = option is null
            ? ("CRAWL_CONTACT", Environment.GetEnvironmentVariable("CRAWL_CONTACT"))
            : ("--contact", option);
        if (string.IsNullOrEmpty(text) && option is null)
            return null;
        return CrawlerIdentity.TryReadContact(text ?? "", out var contact, out var fault)
            ? contact
            : throw new UsageException($"{name}: {fault}");
    }
}
