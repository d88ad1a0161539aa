using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Serve;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Compat;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl serve</c>: serves the HTTP contract and runs the crawls on this machine.</summary>
internal sealed class ServeCommand : Command, IHelpTopic
{
    private readonly AllowanceOptions _allowance = new();
    private readonly AccessArguments _access = new();

    private readonly Option<int> _port = OptionKinds.Number(
        "--port",
        7071,
        0,
        65_535,
        "The port to listen on; 0 selects a free port."
    );

    private readonly Option<string?> _storage = OptionKinds.Text(
        "--storage",
        "DIR|CONNECTION",
        "Where crawls are stored: a folder or an Azure storage account. With an account, requests are also read from its queue crawl-requests.",
        "./crawl-storage"
    );

    private readonly Option<bool> _azurite = new("--azurite")
    {
        Description =
            "Starts Azurite on this machine, with its data in the storage folder, and uses its blobs and queue.",
    };

    private readonly Option<int> _running = OptionKinds.Number("--max-running", 20, 1, 100, "Crawls that run at once.");

    private readonly Option<int> _waiting = OptionKinds.Number(
        "--max-waiting",
        1000,
        0,
        100_000,
        "Crawls that may wait; further ones are rejected with 429."
    );

    private readonly Option<int> _scrapes = OptionKinds.Number("--max-scrapes", 4, 1, 100, "Scrapes that run at once.");

    private readonly Option<int> _spares = OptionKinds.Number(
        "--spare-browsers",
        0,
        0,
        4,
        "Browsers kept ready for scrapes; each idle browser uses about 150 MB."
    );

    private readonly Option<bool> _noCompat = new("--no-compat")
    {
        Description =
            "Does not serve the APIs for clients of other programs: Firecrawl below /v1 and /v2, crawl4ai at the root, MCP at /mcp, /loader and /r.",
    };

    public ServeCommand()
        : base("serve", "Accepts crawls over HTTP and runs them on this machine.")
    {
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl serve [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("Server", [_port, .. _access.All, _noCompat]),
            new("Storage", _storage, _azurite),
            new("Limits", [_running, _waiting, _scrapes, _spares, .. _allowance.Limits]),
            new("Network and politeness", _allowance.Network),
            new("Memory", _allowance.Memory),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("crawl serve", "Listens on loopback port 7071, the default server of crawl submit."),
            new(
                "CRAWL_API_KEY=<key> crawl serve --listen 0.0.0.0",
                "Accepts requests from other machines, which must send the key."
            ),
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var settings = _allowance.ReadSettings(parsed);
        var access = _access.Read(parsed) with { Mounts = parsed.GetValue(_noCompat) ? [] : CompatApis.Mounts };
        BrowserCheck.Require(settings);
        var options = settings.ToOptions();
        options.MaxRunning = parsed.GetValue(_running);
        options.MaxWaiting = parsed.GetValue(_waiting);
        options.MaxRunningScrapes = parsed.GetValue(_scrapes);
        options.SpareBrowsers = parsed.GetValue(_spares);
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            await StartupSweep.RunAsync(stop.Token);
            await using var storage = await ServerStorage.OpenAsync(
                parsed.GetValue(_storage),
                parsed.GetValue(_azurite),
                stop.Token
            );
            return await new CrawlServer(storage, options, access, parsed.GetValue(_port)).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped before it listened. A server that is stopped has succeeded.
            return ExitCode.Done;
        }
    }
}
