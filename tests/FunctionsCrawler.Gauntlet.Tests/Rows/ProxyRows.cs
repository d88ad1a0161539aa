using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Network;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T26: proxies of the operator that hang, close or break off. No connection to them may remain.</summary>
internal static class ProxyRows
{
    public static IReadOnlyList<Row> All =>
        [
            Through("T26 HTTP proxy", "http", run => run.NextPageSucceedsAsync()),
            Through("T26 SOCKS proxy", "socks5", run => run.NextPageSucceedsAsync()) with
            {
                IsLong = true,
            },
            Through("T26 proxy hangs", "http", run => run.TimesOutAsync(run.Site.Url("/")), ProxyConduct.Hangs),
            Through(
                "T26 SOCKS proxy hangs",
                "socks5",
                run => run.TimesOutAsync(run.Site.Url("/")),
                ProxyConduct.Hangs
            ) with
            {
                IsLong = true,
            },
            Through("T26 proxy closes", "http", FailsAsync, ProxyConduct.Closes),
            Through("T26 proxy without end", "http", FailsAsync, ProxyConduct.Endless) with
            {
                IsLong = true,
            },
            Through("T26 proxy breaks off", "http", FailsAsync, ProxyConduct.BreaksOff),
        ];

    private static Task FailsAsync(RowRun run) =>
        run.FailsAsync(run.Site.Url("/"), RowRun.Ample, ErrorCode.Connect, ErrorCode.Protocol);

    private static Row Through(
        string name,
        string scheme,
        Func<RowRun, Task> fetch,
        ProxyConduct conduct = ProxyConduct.Works
    ) =>
        new(
            name,
            async run =>
            {
                await using var proxy = new TestProxy(scheme, "user:secret", conduct);
                run.Proxy = proxy.Url;
                await fetch(run);
                await run.Chunk.EndAsync();
                await run.UntilAsync(() => proxy.Open == 0, "the end of all connections to the proxy");
            }
        )
        {
            Options = (run, options) => options with { Guard = GuardOf(run.Proxy!) },
        };

    private static AddressGuard GuardOf(string url)
    {
        Assert.True(UpstreamProxy.TryParseAll([url], out var proxies, out var fault), fault);
        var dialer = new ProxyDialer(new HostLookup(null, TimeProvider.System), TimeProvider.System);
        var upstream = new UpstreamProxies(proxies, dialer, NullLogger.Instance, TimeProvider.System);
        return new AddressGuard(new AddressPolicy { AllowPrivate = true }).Through(upstream);
    }
}
