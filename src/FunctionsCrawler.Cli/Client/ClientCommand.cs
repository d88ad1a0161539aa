using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Client;

/// <summary>A command about one crawl of a server.</summary>
internal abstract class ClientCommand : Command
{
    private readonly Argument<string> _id = new("id") { Description = "The crawl." };
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
                    using var client = _server.Connect(parsed);
                    return await RunAsync(client, parsed.GetValue(_id)!, parsed, token);
                })
        );
    }

    /// <summary>Does it.</summary>
    protected abstract Task<int> RunAsync(
        ServerClient client,
        string id,
        ParseResult parsed,
        CancellationToken cancellationToken
    );

    /// <summary>Runs what speaks to a server; where that fails, one line says why.</summary>
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
            fault = $"the server does not answer: {e.Message}";
        }
        catch (JsonException e)
        {
            fault = $"the server's answer is not to be understood: {e.Message}";
        }
        await Console.Error.WriteLineAsync(CrawlProgram.Line(fault));
        return ExitCode.Failed;
    }
}

/// <summary><c>crawl cancel</c>.</summary>
internal sealed class CancelCommand() : ClientCommand("cancel", "Cancels a crawl of a server; what it has done stays.")
{
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
    private readonly Option<string?> _after = new("--after")
    {
        Description = "Only the records after the one with this cursor.",
        HelpName = "CURSOR",
    };

    public PagesCommand()
        : base("pages", "Prints the records of a crawl of a server, as lines of JSON.") => Options.Add(_after);

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
        Description = "Waits for the end of the crawl, and then prints its summary.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON and nothing else." };

    public StatusCommand()
        : base("status", "Shows how a crawl of a server stands.")
    {
        Options.Add(_wait);
        Options.Add(_json);
    }

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
