using System.CommandLine;
using FunctionsCrawler.Cli.Commands;

namespace FunctionsCrawler.Cli.Client;

/// <summary>Which server a client command speaks to: <c>crawl serve</c> or a Functions host.</summary>
internal sealed class ServerOptions
{
    private const string Standard = "http://127.0.0.1:7071";
    private const string KeyVariable = "CRAWL_API_KEY";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"The server. [default: CRAWL_SERVER, else {Standard}]",
        HelpName = "URL",
    };

    private readonly Option<string?> _key = new("--api-key")
    {
        Description = $"The key that the server asks for. Better given by {KeyVariable}. [default: {KeyVariable}]",
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
    /// <exception cref="UsageException">Its name is no URL, or the key cannot be sent.</exception>
    public ServerClient Connect(ParseResult parsed)
    {
        var server = parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable("CRAWL_SERVER") ?? Standard;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"the server is '{server}'; it takes an http or https URL, such as {Standard}");
        return new ServerClient(url, ReadKey(parsed));
    }

    // The variable may be the one that a server was started with, which may hold several.
    private string? ReadKey(ParseResult parsed)
    {
        var list = parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable) ?? "";
        var key = list.Split(',', StringSplitOptions.TrimEntries)[0];
        return key.All(c => c is > ' ' and <= '~')
            ? (key.Length > 0 ? key : null)
            : throw new UsageException("the key has a space, a control character or one beyond ASCII");
    }
}
