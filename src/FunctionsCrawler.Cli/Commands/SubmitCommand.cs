using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Cli.Client;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl submit</c>: sends a crawl request to a server or a queue.</summary>
internal sealed class SubmitCommand : Command, IHelpTopic
{
    private readonly RequestOptions _request = new();
    private readonly ServerOptions _server = new();

    private readonly Option<string?> _id = OptionKinds.Text(
        "--id",
        "ID",
        "The id of the crawl. Repeating the same request with the same id has no effect.",
        "chosen by the server"
    );

    private readonly Option<string?> _since = OptionKinds.Text(
        "--since",
        "ID",
        "The id of an earlier crawl on the server: pages that have not changed are taken from it."
    );

    private readonly Option<string?> _queue = OptionKinds.Text(
        "--queue",
        "CONNECTION",
        "Puts the request into the queue crawl-requests of this storage account instead of sending it to a server."
    );

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Waits for the end of the crawl, then prints its summary.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON and nothing else." };

    public SubmitCommand()
        : base("submit", "Sends a crawl request to a server or a queue.")
    {
        _request.AddTo(this);
        _server.AddTo(this);
        Options.Add(_queue);
        Options.Add(_id);
        Options.Add(_since);
        Options.Add(_wait);
        Options.Add(_json);
        SetAction((parsed, token) => ClientCommand.RunAsync(() => RunAsync(parsed, token)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl submit <url>... [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("What to crawl", [.. _request.What, _since]),
            new("Which URLs are the same page", _request.SameUrls),
            new("What to take from pages", _request.Content),
            new("Files of pages", _request.Files),
            new("Why pages fail", _request.Diagnosis),
            new("When to read a page", _request.Waiting),
            new("What to do in a page", _request.InPages),
            new("As whom to visit pages", _request.Visitor),
            new("Limits", _request.Limits),
            new("Network and politeness", _request.Network),
            new("Memory", _request.Memory),
            new("Server", [.. _server.All, _queue, _id]),
            new("Output", _wait, _json),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [new("crawl submit https://example.com/docs/ --id docs --wait", "Crawls on the server and waits for the end.")];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = parsed.GetValue(_id);
        if (id is not null && !CrawlLayout.IsId(id))
            throw new UsageException(
                $"--id is '{id}'; it must be 1 to 64 lower-case letters, digits and hyphens ({CrawlLayout.IdPattern})"
            );
        var request = await _request.ReadAsync(parsed);
        request.Since = parsed.GetValue(_since);
        if (request.Since is { } since && !CrawlLayout.IsId(since))
            throw new UsageException($"--since is '{since}'; it must be the id of a crawl ({CrawlLayout.IdPattern})");
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

    // With a queue, the id is derived from the message, and there is no response.
    private async Task<int> EnqueueAsync(
        ParseResult parsed,
        string connection,
        CrawlRequest request,
        CancellationToken cancellationToken
    )
    {
        Option[] ofServers = [_id, _wait, .. _server.All];
        if (ofServers.FirstOrDefault(parsed.IsGiven) is { } option)
            throw new UsageException(
                $"{option.Name} cannot be used with --queue: the queue assigns the id, and there is no server to ask"
            );
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
            await ErrorLine.WriteAsync(e.Message);
            return ExitCode.Failed;
        }
    }
}
