using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Client;

/// <summary><c>crawl submit</c>: asks a server for a crawl.</summary>
internal sealed class SubmitCommand : Command
{
    private readonly RequestOptions _request = new();
    private readonly ServerOptions _server = new();

    private readonly Option<string?> _id = new("--id")
    {
        Description = "The crawl's id: asked for again with the same request, it is the same crawl.",
        HelpName = "ID",
    };

    private readonly Option<string?> _queue = new("--queue")
    {
        Description =
            "Puts the request into the queue crawl-requests of this storage account, for whoever takes from it.",
        HelpName = "CONNECTION",
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Waits for the end of the crawl, and then prints its summary.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON and nothing else." };

    public SubmitCommand()
        : base("submit", "Asks a server for a crawl.")
    {
        _request.AddTo(this);
        _server.AddTo(this);
        Options.Add(_queue);
        Options.Add(_id);
        Options.Add(_wait);
        Options.Add(_json);
        SetAction((parsed, token) => ClientCommand.RunAsync(() => RunAsync(parsed, token)));
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(_id);
        if (id is not null && !CrawlLayout.IsId(id))
            throw new UsageException($"--id is '{id}'; it takes an id that matches {CrawlLayout.IdPattern}");
        var request = await _request.ReadAsync(parsed);
        if (parsed.GetValue(_queue) is { } connection)
            return await EnqueueAsync(parsed, connection, request, cancellationToken);
        var body = JsonSerializer.SerializeToUtf8Bytes(request, CrawlJson.Default.CrawlRequest);
        using var client = _server.Connect(parsed);
        var accepted = await client.SubmitAsync(body, id, cancellationToken);
        var json = parsed.GetValue(_json);
        if (parsed.GetValue(_wait))
            return await new StatusView(client, json, TimeProvider.System).WaitAsync(accepted.Id, cancellationToken);
        Console.WriteLine(
            json
                ? JsonSerializer.Serialize(accepted, Http.ApiJson.Default.AcceptedCrawl)
                : $"{accepted.Id} {accepted.StatusUrl}"
        );
        return ExitCode.Done;
    }

    // A queue gives ids of its own, and no answer.
    private async Task<int> EnqueueAsync(
        ParseResult parsed,
        string connection,
        CrawlRequest request,
        CancellationToken cancellationToken
    )
    {
        Option[] ofServers = [_id, _wait, .. _server.All];
        if (ofServers.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
            throw new UsageException($"{option.Name} cannot be given together with --queue");
        try
        {
            var account = new AzureStorageOptions { ConnectionString = connection };
            var queue = await CrawlQueue.OpenAsync(account, cancellationToken);
            var json = JsonSerializer.Serialize(request, CrawlJson.Default.CrawlRequest);
            var id = await queue.EnqueueAsync(json, cancellationToken);
            Console.WriteLine(parsed.GetValue(_json) ? $$"""{"id":"{{id}}"}""" : id);
            return ExitCode.Done;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new UsageException($"--queue: {e.Message}");
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(CrawlProgram.Line(e.Message));
            return ExitCode.Failed;
        }
    }
}
