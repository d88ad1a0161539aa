using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Serve;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl mcp</c>: an MCP server over standard input and output, for an agent that starts it as its child.</summary>
internal sealed class McpCommand : Command, IHelpTopic
{
    private readonly AllowanceOptions _allowance = new();

    private readonly Option<int> _scrapes = OptionKinds.Number("--max-scrapes", 4, 1, 100, "Scrapes that run at once.");

    public McpCommand()
        : base("mcp", "Gives an agent tools to scrape, map and crawl (Model Context Protocol over stdio).")
    {
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl mcp [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("Limits", [_scrapes, .. _allowance.Limits]),
            new("Network and politeness", _allowance.Network),
            new("Memory", _allowance.Memory),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("crawl mcp", "Waits for an agent's requests on standard input; logs to standard error."),
            new("crawl mcp --storage-state login.json", "Reads pages of a site as a user who is logged in."),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
        [
            "It ends when its standard input is closed. Crawls end with it: use crawl serve for those that must outlive an agent.",
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var settings = _allowance.ReadSettings(parsed);
        BrowserCheck.Require(settings);
        var options = settings.ToOptions();
        options.MaxRunningScrapes = parsed.GetValue(_scrapes);
        // Standard output belongs to the protocol.
        Console.SetOut(Console.Error);
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            await StartupSweep.RunAsync(stop.Token);
            return await new StdioServer(options).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }
}
