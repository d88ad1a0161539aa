using System.CommandLine;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Client;

/// <summary>The options that select the server of a client command: <c>crawl serve</c> or a Functions host.</summary>
internal sealed class ServerOptions
{
    private const string Standard = "http://127.0.0.1:7071";
    private const string ServerVariable = "CRAWL_SERVER";
    private const string KeyVariable = "CRAWL_API_KEY";

    private readonly Option<string?> _server = OptionKinds.Text(
        "--server",
        "URL",
        "The server: crawl serve or a Functions host.",
        $"{ServerVariable}, else {Standard}"
    );

    private readonly Option<string?> _key = OptionKinds.Text(
        "--api-key",
        "KEY",
        $"The key that the server requires. Prefer {KeyVariable}: other users of this machine can see arguments.",
        KeyVariable
    );

    public IReadOnlyList<Option> All => [_server, _key];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>Creates a client for the server.</summary>
    /// <exception cref="UsageException">The URL of the server is invalid, or the key cannot be sent in a header.</exception>
    public ServerClient Connect(ParseResult parsed)
    {
        var server = parsed.GetValue(_server) ?? Environment.GetEnvironmentVariable(ServerVariable) ?? Standard;
        if (!Uri.TryCreate(server, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UsageException($"the server is '{server}'; it must be an http or https URL, such as {Standard}");
        return new ServerClient(url, ReadKey(parsed));
    }

    // The variable may be the one of a server, which can contain several keys. Use the first.
    private string? ReadKey(ParseResult parsed)
    {
        var list = parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable) ?? "";
        var key = list.Split(',', StringSplitOptions.TrimEntries)[0];
        return key.All(c => c is > ' ' and <= '~')
            ? (key.Length > 0 ? key : null)
            : throw new UsageException(
                "the API key contains a space, a control character or a non-ASCII character; check CRAWL_API_KEY or --api-key"
            );
    }
}
