using System.Diagnostics.CodeAnalysis;
using System.Net;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;
using FunctionsCrawler.Network.Proxies;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler;

/// <summary>
/// The settings of a crawling process. The library, the command line, the server and the Azure Functions app all use this
/// class. The settings of a single crawl or page are in <see cref="CrawlRequest"/> and <see cref="PageRequest"/>.
/// </summary>
public sealed class CrawlerOptions
{
    private string? _loginFile;
    private LoginState? _login;

    /// <summary>The folder that crawls are stored in.</summary>
    /// <value>Default null: a temporary folder, deleted when the crawler is disposed.</value>
    public string? OutputFolder { get; set; }

    /// <summary>The memory budget of this process and its browsers together; capped at 80 % of a container's limit.</summary>
    /// <value>Megabytes of 1,048,576 bytes. Default 1,536, 512 to 1,048,576.</value>
    [AllowedRange(512, 1_048_576)]
    public int MemoryMb { get; set; } = 1536;

    /// <summary>Whether connections to private, loopback and link-local addresses are allowed.</summary>
    /// <value>Default false.</value>
    public bool AllowPrivate { get; set; }

    /// <summary>
    /// Address ranges and hosts that are allowed although they are blocked by default: "10.1.0.0/16", "*.example.com".
    /// </summary>
    /// <value>Default empty.</value>
    [AllowedEntries]
    public IList<string> Allow { get; set; } = [];

    /// <summary>
    /// Whether scripts of requests run in the pages that they visit: <see cref="PageAction.Script"/> and conditions that begin
    /// with js:. They run in the browser only, within the limits of the page, and reach what the page can reach. Requests with
    /// scripts are rejected otherwise.
    /// </summary>
    /// <value>Default false.</value>
    public bool AllowScripts { get; set; }

    /// <summary>
    /// Proxies that all connections to pages go through, those of browsers too: "http://user:password@host:port", or https or
    /// socks5. Each host gets one of them, and another one while that fails. Webhooks and the storage are reached directly.
    /// </summary>
    /// <value>Default empty: direct connections.</value>
    [AllowedProxies]
    public IList<string> Proxies { get; set; } = [];

    /// <summary>
    /// The file of a storage state, as Playwright and <c>crawl login</c> write it: cookies and localStorage of an earlier login.
    /// Requests whose start pages are of its hosts are made with it. It is read once.
    /// </summary>
    /// <value>Default null: none.</value>
    [AllowedStorageState]
    public string? StorageState { get; set; }

    /// <summary>Limits per page that differ from the defaults of <see cref="PageLimits"/>: "nodes=500000".</summary>
    /// <value>Default empty.</value>
    [AllowedLimits]
    public IList<string> Limits { get; set; } = [];

    /// <summary>A URL that tells site owners who crawls them. It becomes part of the User-Agent.</summary>
    /// <value>Default null.</value>
    [AllowedContact]
    public string? Contact { get; set; }

    /// <summary>The maximum number of crawls that run concurrently. The memory budget applies in addition.</summary>
    /// <value>Default 20, 1 to 100.</value>
    [AllowedRange(1, 100)]
    public int MaxRunning { get; set; } = 20;

    /// <summary>
    /// The maximum number of chunks crawled concurrently. A chunk is up to 25 pages of a crawl. Crawls share this number fairly;
    /// one that has no chunk yet may start one beyond it.
    /// </summary>
    /// <value>1 to 100. Default null: as many as the memory budget allows; in the Functions app, 2.</value>
    [AllowedRange(1, 100)]
    public int? MaxChunks { get; set; }

    /// <summary>The maximum number of waiting crawls. Further requests are rejected.</summary>
    /// <value>Default 1,000, 0 to 100,000.</value>
    [AllowedRange(0, 100_000)]
    public int MaxWaiting { get; set; } = 1000;

    /// <summary>The maximum number of single pages scraped concurrently. The memory budget applies in addition.</summary>
    /// <value>Default 4, 1 to 100.</value>
    [AllowedRange(1, 100)]
    public int MaxRunningScrapes { get; set; } = 4;

    /// <summary>The maximum number of waiting single pages. Further requests are rejected.</summary>
    /// <value>Default 100, 0 to 10,000.</value>
    [AllowedRange(0, 10_000)]
    public int MaxWaitingScrapes { get; set; } = 100;

    /// <summary>
    /// The number of browsers launched in advance, so that a scrape does not wait for a launch. Each uses about 150 MB while idle.
    /// </summary>
    /// <value>Default 0, 0 to 4.</value>
    [AllowedRange(0, 4)]
    public int SpareBrowsers { get; set; }

    /// <summary>
    /// How long Durable Functions keeps the history of ended crawls. Results are kept until they are deleted.
    /// </summary>
    /// <value>Days. Default 7, 1 to 3,650.</value>
    [AllowedRange(1, 3650)]
    public int HistoryDays { get; set; } = 7;

    /// <summary>The Chromium to use. Null searches for one on first use.</summary>
    internal ChromiumLocation? Chromium { get; set; }

    /// <summary>Resolves host names. Null uses the system's resolver.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>>? Resolve { get; set; }

    /// <summary>The time during which a chunk may start visits.</summary>
    internal TimeSpan ChunkBudget { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Returns where the content of a page is fetched instead; null if from the page itself. For tests.</summary>
    internal Func<Uri, Uri?> FindSource { get; set; } = GitHubFiles.FindRaw;

    /// <summary>Overrides <see cref="MemoryMb"/>, in bytes. For tests.</summary>
    internal long? MemoryBytes { get; set; }

    /// <summary>Whether connections bypass the egress guard. Set only by the benchmark that measures the guard.</summary>
    internal bool IsUnguarded { get; set; }

    /// <summary>
    /// Whether a crawl stops at its first failure, so that the user can decide, instead of waiting and retrying.
    /// </summary>
    /// <value>Default false; the command line sets it.</value>
    internal bool StopOnFailure { get; set; }

    /// <summary>The address policy that results from these settings.</summary>
    internal AddressPolicy AddressPolicy => new() { AllowPrivate = AllowPrivate, Allow = [.. Allow.Select(Parse)] };

    /// <summary>The proxies that result from these settings.</summary>
    internal IReadOnlyList<UpstreamProxy> UpstreamProxies =>
        UpstreamProxy.TryParseAll(Proxies, out var proxies, out var fault)
            ? proxies
            : throw new InvalidOperationException($"Proxies: {fault}");

    /// <summary>The storage state that results from these settings; null without one.</summary>
    internal LoginState? Login
    {
        get => TryReadLogin(out var fault) ? _login : throw new InvalidOperationException($"StorageState: {fault}");
        set => (_loginFile, _login) = (StorageState, value);
    }

    /// <summary>The limits per page that result from these settings.</summary>
    internal PageLimits PageLimits =>
        PageLimitSettings.TryParse(Limits, out var limits, out var fault)
            ? limits
            : throw new InvalidOperationException($"Limits: {fault}");

    /// <summary>Reads the storage state, unless it was read before.</summary>
    internal bool TryReadLogin([NotNullWhen(false)] out string? fault)
    {
        fault = null;
        if (string.Equals(_loginFile, StorageState, StringComparison.Ordinal))
            return true;
        LoginState? login = null;
        if (StorageState is not null && !LoginStateFile.TryRead(StorageState, out login, out fault))
            return false;
        (_loginFile, _login) = (StorageState, login);
        return true;
    }

    private static AllowEntry Parse(string text) =>
        AllowEntry.TryParseAllow(text, out var entry, out var fault)
            ? entry
            : throw new InvalidOperationException($"Allow: {fault}");
}
