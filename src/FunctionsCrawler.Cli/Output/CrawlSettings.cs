using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Cli.Output;

/// <summary>What the host allows a crawl: settings of the command line that are not part of the request.</summary>
internal sealed record CrawlSettings
{
    /// <inheritdoc cref="AddressPolicy.AllowPrivate"/>
    public bool AllowPrivate { get; set; }

    /// <summary>CIDR ranges and hosts.</summary>
    public IReadOnlyList<string> Allow { get; set; } = [];

    /// <summary>The memory budget in megabytes of 1,048,576 bytes.</summary>
    public int MemoryMb { get; set; } = 1536;

    /// <summary>How much a page may be, where it is not the default: "nodes=500000".</summary>
    public IReadOnlyList<string> Limits { get; set; } = [];

    /// <inheritdoc cref="CrawlerIdentity.Contact"/>
    public string? Contact { get; set; }

    /// <summary>What a worker gets of them, with the Chromium of this machine.</summary>
    [JsonIgnore]
    public CrawlWorkerOptions WorkerOptions =>
        new()
        {
            Chromium = ChromiumLocator.Find(out _),
            Addresses = Addresses,
            Limits = PageLimits,
            Identity = new CrawlerIdentity { Contact = Contact },
            MemoryBytes = MemoryMb * 1024L * 1024,
        };

    /// <summary>The address policy they amount to.</summary>
    /// <exception cref="UsageException">An entry is neither a range nor a host.</exception>
    [JsonIgnore]
    public AddressPolicy Addresses => new() { AllowPrivate = AllowPrivate, Allow = [.. Allow.Select(Parse)] };

    /// <summary>The limits they amount to.</summary>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    [JsonIgnore]
    public PageLimits PageLimits =>
        PageLimitSettings.TryParse(Limits, out var limits, out var fault) ? limits : throw new UsageException(fault);

    private static AllowEntry Parse(string text) =>
        AllowEntry.TryParseAllow(text, out var entry, out var fault) ? entry : throw new UsageException(fault);
}

/// <summary>What an output folder says of itself (crawl.json).</summary>
/// <param name="V">The version of the folder's layout.</param>
/// <param name="Id">The crawl it belongs to.</param>
/// <param name="Settings">What the crawl is allowed.</param>
internal sealed record FolderManifest(int V, string Id, CrawlSettings Settings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FolderManifest))]
internal sealed partial class FolderJson : JsonSerializerContext;
