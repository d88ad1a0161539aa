using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The proxies that pages are fetched through. They are not stored with a crawl, because they may have passwords.</summary>
internal sealed class ProxyOptions
{
    private const string Variable = "CRAWL_PROXIES";

    public Option<string[]> Proxy { get; } =
        OptionKinds.Many(
            "--proxy",
            "URL",
            "Fetches all pages through a proxy: http, https or socks5://host:port. Each host gets one of several.",
            Variable
        );

    /// <summary>Reads and validates the proxies, with the variable as the default.</summary>
    /// <exception cref="UsageException">A proxy is invalid. The message does not repeat it.</exception>
    public IReadOnlyList<string> Read(ParseResult parsed)
    {
        var given = parsed.IsGiven(Proxy) ? parsed.GetValue(Proxy) : null;
        var texts = given ?? ReadVariable();
        return UpstreamProxy.TryParseAll(texts, out _, out var fault)
            ? texts
            : throw new UsageException($"{(given is null ? Variable : "--proxy")}: {fault}");
    }

    /// <summary>Sets the proxies of a crawl that is resumed.</summary>
    /// <exception cref="UsageException">
    /// A proxy is invalid, or the crawl went through proxies before and none is set: it would continue with direct connections.
    /// </exception>
    public void Apply(ParseResult parsed, OutputFolder resumed)
    {
        resumed.Settings.Proxies = Read(parsed);
        if (resumed.Settings is { UsesProxies: true, Proxies: [] })
            throw new UsageException(
                $"the crawl in '{resumed.Path}' went through proxies, which are not stored; set them again with --proxy or {Variable}"
            );
    }

    private static string[] ReadVariable() =>
        Environment
            .GetEnvironmentVariable(Variable)
            ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        ?? [];
}
