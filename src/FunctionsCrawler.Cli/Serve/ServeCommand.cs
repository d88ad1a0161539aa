using System.CommandLine;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Serve;

/// <summary><c>crawl serve</c>: the HTTP contract on this machine.</summary>
internal sealed class ServeCommand : Command
{
    private readonly AllowanceOptions _allowance = new();
    private readonly AccessArguments _access = new();

    private readonly Option<int> _port = OptionKinds.Number(
        "--port",
        7071,
        0,
        65_535,
        "The port to listen on; 0 takes a free one."
    );

    private readonly Option<string?> _storage = new("--storage")
    {
        Description =
            "Where crawls are kept: a folder, or an Azure storage account, whose queue crawl-requests is then taken from too. [default: ./crawl-storage]",
        HelpName = "DIR|CONNECTION",
    };

    private readonly Option<bool> _azurite = new("--azurite")
    {
        Description =
            "Starts an Azurite on this machine, with its data in the storage folder, and uses its blobs and queue.",
    };

    private readonly Option<int> _running = OptionKinds.Number("--max-running", 4, 1, 100, "Crawls at once.");

    private readonly Option<int> _waiting = OptionKinds.Number(
        "--max-waiting",
        1000,
        0,
        100_000,
        "Crawls that may wait for their turn; above that new ones are answered with 429."
    );

    public ServeCommand()
        : base("serve", "Takes crawls over HTTP and runs them on this machine.")
    {
        Option[] options = [_port, .. _access.All, _storage, _azurite, _running, _waiting, .. _allowance.All];
        foreach (var option in options)
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = _allowance.ReadSettings(parsed);
        var access = _access.Read(parsed);
        CrawlCommand.RequireBrowser(settings);
        var host = new EmbeddedHostOptions
        {
            MaxRunning = parsed.GetValue(_running),
            MaxWaiting = parsed.GetValue(_waiting),
        };
        await SweepCommand.BeforeCrawlAsync(cancellationToken);
        await using var storage = await ServerStorage.OpenAsync(
            parsed.GetValue(_storage),
            parsed.GetValue(_azurite),
            cancellationToken
        );
        var server = new CrawlServer(storage, settings.WorkerOptions, host, access, parsed.GetValue(_port));
        return await server.RunAsync(cancellationToken);
    }
}
