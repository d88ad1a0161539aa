using System.CommandLine;
using System.Net;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>The options that say who may use a server.</summary>
internal sealed class AccessArguments
{
    private const string Variable = "CRAWL_API_KEY";

    private static readonly AccessOptions Standard = new();

    private readonly Option<IPAddress> _listen = new("--listen")
    {
        Description = "The address to listen on. Addresses that other machines can reach need an API key.",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => Standard.Address,
        CustomParser = result =>
        {
            var text = OptionKinds.Only(result);
            if (IPAddress.TryParse(text, out var address))
                return address;
            result.AddError($"--listen is '{text}'; it must be an IP address, such as 127.0.0.1 or 0.0.0.0");
            return Standard.Address;
        },
    };

    private readonly Option<string?> _key = OptionKinds.Text(
        "--api-key",
        "KEY",
        $"The key that every request must send, or several, separated by commas. Prefer {Variable}: other users of this machine can see arguments.",
        Variable
    );

    private readonly Option<int> _rate = OptionKinds.Number(
        "--rate",
        Standard.RequestsPerMinute,
        0,
        1_000_000,
        "Requests per minute for each key, or for each remote address if there are no keys; 0 sets no limit."
    );

    public IReadOnlyList<Option> All => [_listen, _key, _rate];

    /// <summary>Reads the options and the variable.</summary>
    /// <exception cref="UsageException">A key is invalid, or missing although the address needs one. No message contains a key.</exception>
    public AccessOptions Read(ParseResult parsed)
    {
        var address = parsed.GetValue(_listen)!;
        var keys = ReadKeys(parsed);
        return IPAddress.IsLoopback(address) || keys.AreRequired
            ? new AccessOptions
            {
                Address = address,
                Keys = keys,
                RequestsPerMinute = parsed.GetValue(_rate),
            }
            : throw new UsageException(
                $"--listen is '{address}', where other machines can reach the server; set {Variable} to a key that clients must send, or listen on 127.0.0.1"
            );
    }

    private ApiKeys ReadKeys(ParseResult parsed)
    {
        var given = parsed.GetValue(_key);
        var list = given ?? Environment.GetEnvironmentVariable(Variable);
        if (given is null && string.IsNullOrEmpty(list))
            return ApiKeys.None;
        return ApiKeys.TryParse(list!, out var keys, out var fault)
            ? keys
            : throw new UsageException($"{(given is null ? Variable : _key.Name)}: {fault}");
    }
}
