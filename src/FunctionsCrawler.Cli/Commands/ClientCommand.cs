using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.Cli.Client;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>A command for one crawl on a server.</summary>
internal abstract class ClientCommand : Command, IHelpTopic
{
    private readonly Argument<string> _id = new("id") { Description = "The id of the crawl." };
    private readonly ServerOptions _server = new();

    protected ClientCommand(string name, string description)
        : base(name, description)
    {
        Arguments.Add(_id);
        _server.AddTo(this);
        SetAction(
            (parsed, token) =>
                RunAsync(async () =>
                {
                    if (parsed.GetValue(_id)!.StartsWith('-'))
                        throw new UsageException(StartUrls.DescribeOption(parsed.GetValue(_id)!, this));
                    using var client = _server.Connect(parsed);
                    return await RunAsync(client, parsed.GetValue(_id)!, parsed, token);
                })
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => [$"crawl {Name} <id> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public abstract IReadOnlyList<Example> Examples { get; }

    /// <summary>Runs the command against a server.</summary>
    protected abstract Task<int> RunAsync(
        ServerClient client,
        string id,
        ParseResult parsed,
        CancellationToken cancellationToken
    );

    /// <summary>Runs a command that calls a server, and reports failures in one line.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        string fault;
        try
        {
            return await command();
        }
        catch (RefusedException e)
        {
            fault = e.Message;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            fault = $"the server stopped answering: {e.Message}";
        }
        catch (JsonException e)
        {
            fault = $"the server sent an unexpected response: {e.Message}; check --server";
        }
        await ErrorLine.WriteAsync(fault);
        return ExitCode.Failed;
    }
}

/// <summary><c>crawl cancel</c>.</summary>
internal sealed class CancelCommand() : ClientCommand("cancel", "Cancels a crawl on a server; finished pages are kept.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples => [new("crawl cancel docs", "Cancels the crawl 'docs'.")];

    protected override async Task<int> RunAsync(
        ServerClient client,
        string id,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        await client.CancelAsync(id, cancellationToken);
        Console.WriteLine($"{id} is being cancelled");
        return ExitCode.Done;
    }
}

/// <summary><c>crawl pages</c>.</summary>
internal sealed class PagesCommand : ClientCommand
{
    private readonly Option<string?> _after = OptionKinds.Text(
        "--after",
        "CURSOR",
        "Prints only the records after the one with this cursor."
    );

    public PagesCommand()
        : base("pages", "Prints the records of a crawl on a server as lines of JSON.") => Options.Add(_after);

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples =>
        [
            new(
                "crawl pages docs > pages.ndjson",
                "Saves the records so far. To continue, pass the last one's cursor to --after."
            ),
        ];

    protected override async Task<int> RunAsync(
        ServerClient client,
        string id,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        await using var output = Console.OpenStandardOutput();
        await client.CopyPagesAsync(id, parsed.GetValue(_after), output, cancellationToken);
        return ExitCode.Done;
    }
}

/// <summary><c>crawl status</c>.</summary>
internal sealed class StatusCommand : ClientCommand
{
    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Waits for the end of the crawl, then prints its summary.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON and nothing else." };

    public StatusCommand()
        : base("status", "Shows the status of a crawl on a server.")
    {
        Options.Add(_wait);
        Options.Add(_json);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples =>
        [new("crawl status docs --wait", "Follows the crawl to its end; its exit code is that of the crawl.")];

    protected override Task<int> RunAsync(
        ServerClient client,
        string id,
        ParseResult parsed,
        CancellationToken cancellationToken
    )
    {
        var view = new StatusView(client, parsed.GetValue(_json), TimeProvider.System);
        return parsed.GetValue(_wait) ? view.WaitAsync(id, cancellationToken) : view.ShowAsync(id, cancellationToken);
    }
}
