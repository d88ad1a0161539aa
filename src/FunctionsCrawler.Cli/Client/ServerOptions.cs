using System.CommandLine;
using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Client;

/// <summary>Which server a client command speaks to: <c>crawl serve</c> or a Functions host.</summary>
internal sealed class ServerOptions
{
    private const string Standard = "http://127.0.0.1:7071";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"The server. [default: CRAWL_SERVER, else {Standard}]",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "The key that a Functions host asks for. [default: CRAWL_KEY]",
        HelpName = "KEY",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_server, _key];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>Speaks to the server.</summary>
    /// <exception cref="UsageException">Its name is no URL.</exception>
    public ServerClient Connect(ParseResult parsed)
    {
        var server = parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable("CRAWL_SERVER") ?? Standard;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"the server is '{server}'; it takes an http or https URL, such as {Standard}");
        return new ServerClient(url, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable("CRAWL_KEY"));
    }
}
