using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Cli.Output;

/// <summary>What the host allows a crawl. These options of the command line are not part of the request.</summary>
internal sealed record CrawlSettings
{
    /// <inheritdoc cref="AddressPolicy.AllowPrivate"/>
    public bool AllowPrivate { get; set; }

    /// <inheritdoc cref="CrawlerOptions.AllowScripts"/>
    public bool AllowScripts { get; set; }

    /// <summary>Address ranges (CIDR) and hosts that are allowed although they are blocked by default.</summary>
    public IReadOnlyList<string> Allow { get; set; } = [];

    /// <summary>The proxies of this run. They may have passwords, so they are never written to a file.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Proxies { get; set; } = [];

    /// <summary>Whether the crawl was started with proxies. Then it is not resumed without.</summary>
    public bool UsesProxies { get; set; }

    /// <summary>The file of the saved login of this run. Neither it nor its content is written to a file.</summary>
    [JsonIgnore]
    public string? StorageState { get; set; }

    /// <summary>What that file holds. It is read once.</summary>
    [JsonIgnore]
    public LoginState? Login { get; set; }

    /// <summary>Whether the crawl was started with a saved login. Then it is not resumed without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UsesStorageState { get; set; }

    /// <summary>The memory budget in megabytes of 1,048,576 bytes.</summary>
    public int MemoryMb { get; set; } = 1536;

    /// <summary>Limits of one page that differ from the defaults: "nodes=500000".</summary>
    public IReadOnlyList<string> Limits { get; set; } = [];

    /// <inheritdoc cref="CrawlerIdentity.Contact"/>
    public string? Contact { get; set; }

    /// <summary>The output folder of the earlier crawl that the request's "since" names, as a full path; null without one.</summary>
    public string? SinceFolder { get; set; }

    /// <summary>Options for a process that runs the crawl. A Chromium is searched for when the first page needs one.</summary>
    public CrawlerOptions ToOptions() =>
        new()
        {
            AllowPrivate = AllowPrivate,
            AllowScripts = AllowScripts,
            Allow = [.. Allow],
            Proxies = [.. Proxies],
            StorageState = StorageState,
            Login = Login,
            Limits = [.. Limits],
            Contact = Contact,
            MemoryMb = MemoryMb,
        };

    /// <summary>Checks <see cref="Allow"/> and <see cref="Limits"/>.</summary>
    /// <exception cref="UsageException">An entry is invalid; the message names it.</exception>
    public void RequireValid()
    {
        foreach (var entry in Allow)
        {
            if (!AllowEntry.TryParseAllow(entry, out _, out var fault))
                throw new UsageException(fault);
        }
        if (!PageLimitSettings.TryParse(Limits, out _, out var wrong))
            throw new UsageException(wrong);
    }
}

/// <summary>The manifest of an output folder (crawl.json).</summary>
/// <param name="V">The version of the folder layout.</param>
/// <param name="Id">The id of the crawl.</param>
/// <param name="Settings">What the host allows the crawl.</param>
/// <param name="Files">What the Markdown files hold; null in folders of version 0.1.</param>
internal sealed record FolderManifest(int V, string Id, CrawlSettings Settings, FileSettings? Files = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FolderManifest))]
internal sealed partial class FolderJson : JsonSerializerContext;
