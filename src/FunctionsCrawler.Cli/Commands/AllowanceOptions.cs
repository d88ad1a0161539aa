using System.CommandLine;
using FunctionsCrawler.Cli.Output;

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

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [AllowPrivate, Allow, Memory];

    /// <summary>What the host allows.</summary>
    public CrawlSettings ReadSettings(ParseResult parsed)
    {
        var settings = new CrawlSettings
        {
            AllowPrivate = parsed.GetValue(AllowPrivate),
            Allow = parsed.GetValue(Allow) ?? [],
            MemoryMb = parsed.GetValue(Memory),
        };
        _ = settings.Addresses;
        return settings;
    }
}
