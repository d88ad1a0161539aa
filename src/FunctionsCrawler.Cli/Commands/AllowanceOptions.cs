using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options with which the host restricts all crawls, independently of their requests.</summary>
/// <param name="withStorageState">Whether a saved login can be used.</param>
internal sealed class AllowanceOptions(bool withStorageState = true)
{
    private const string LimitsVariable = "CRAWL_LIMITS";
    private const string ContactVariable = "CRAWL_CONTACT";

    private static readonly CrawlSettings Standard = new();

    public Option<bool> AllowPrivate { get; } =
        new("--allow-private") { Description = "Allows private, loopback and link-local addresses." };

    public Option<bool> AllowScripts { get; } =
        new("--allow-scripts")
        {
            Description = "Allows requests to run scripts in pages: script steps and conditions with js:.",
        };

    public Option<string[]> Allow { get; } =
        OptionKinds.Many("--allow", "CIDR-or-host", "Allows an address range or a host that is blocked by default.");

    public Option<int> Memory { get; } =
        OptionKinds.Number(
            "--memory",
            Standard.MemoryMb,
            512,
            1_048_576,
            "MB that this process and its browsers may use together."
        );

    public Option<string[]> Limit { get; } =
        OptionKinds.Many(
            "--limit",
            "NAME=N",
            $"Limits of one page: {string.Join(", ", PageLimitSettings.Names)}.",
            LimitsVariable
        );

    public Option<string?> Contact { get; } =
        OptionKinds.Text(
            "--contact",
            "URL",
            "Where site owners can find out who crawls them; it is added to the User-Agent.",
            ContactVariable
        );

    public ProxyOptions Proxies { get; } = new();

    public StorageStateOptions StorageState { get; } = new();

    /// <summary>Limits of one page.</summary>
    public IReadOnlyList<Option> Limits => [Limit];

    /// <summary>Addresses, scripts, proxies and identity.</summary>
    public IReadOnlyList<Option> Network =>
        [
            AllowPrivate,
            Allow,
            AllowScripts,
            .. withStorageState ? [StorageState.File] : (Option[])[],
            Proxies.Proxy,
            Contact,
        ];

    public IReadOnlyList<Option> All => [.. Limits, .. Network, Memory];

    /// <summary>What to add to the message of a page's error; empty if there is nothing.</summary>
    public string HintFor(ErrorCode code, ParseResult parsed) =>
        code == ErrorCode.BlockedAddress && !parsed.GetValue(AllowPrivate)
            ? "; --allow-private allows private addresses"
            : "";

    /// <summary>Reads and validates the options, with the variables as defaults.</summary>
    /// <exception cref="UsageException">A value is invalid.</exception>
    public CrawlSettings ReadSettings(ParseResult parsed)
    {
        var settings = new CrawlSettings
        {
            AllowPrivate = parsed.GetValue(AllowPrivate),
            AllowScripts = parsed.GetValue(AllowScripts),
            Allow = parsed.GetValue(Allow) ?? [],
            Proxies = Proxies.Read(parsed),
            MemoryMb = parsed.GetValue(Memory),
            Limits =
                parsed.GetValue(Limit)
                ?? Environment.GetEnvironmentVariable(LimitsVariable)?.Split(',', StringSplitOptions.RemoveEmptyEntries)
                ?? [],
            Contact = ReadContact(parsed.GetValue(Contact)),
        };
        settings.UsesProxies = settings.Proxies.Count > 0;
        if (withStorageState)
            StorageState.Apply(parsed, settings);
        settings.UsesStorageState = settings.Login is not null;
        settings.RequireValid();
        return settings;
    }

    private static string? ReadContact(string? option)
    {
        var (name, text) = option is null
            ? (ContactVariable, Environment.GetEnvironmentVariable(ContactVariable))
            : ("--contact", option);
        if (string.IsNullOrEmpty(text) && option is null)
            return null;
        return CrawlerIdentity.TryReadContact(text ?? "", out var contact, out var fault)
            ? contact
            : throw new UsageException($"{name}: {fault}");
    }
}
