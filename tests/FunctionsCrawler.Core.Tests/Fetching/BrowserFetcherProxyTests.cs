using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Network;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Browsers of both engines whose connections go through proxies of the operator.</summary>
public sealed class BrowserFetcherProxyTests : BrowserFetcherTestBase
{
    private const string Script = "fetch('/data').then(r => r.text()).then(t => p.textContent = t)";

    public static TheoryData<bool, string> EnginesAndSchemes =>
        new()
        {
            { true, "http" },
            { false, "http" },
            { true, "socks5" },
            { false, "socks5" },
        };

    [Theory]
    [MemberData(nameof(EnginesAndSchemes))]
    public async Task Fetch_ThroughProxy_PageAndItsRequestsComeFromIt(bool pipe, string scheme)
    {
        await using var proxy = new TestProxy(scheme, "user:secret");
        var ports = new ConcurrentQueue<int>();
        Site.Answer(
            "/data",
            async context =>
            {
                ports.Enqueue(context.Connection.RemotePort);
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "fetched");
            }
        );
        var fetcher = Open(launch: Through(pipe, proxy.Url));

        var text = await TextAsync(fetcher, Site.Script("/page", Script));

        Assert.Contains("fetched", text, StringComparison.Ordinal);
        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.Contains(port, proxy.Ports));
        await AssertEndedCleanAsync(fetcher);
        await Testing.Eventually.IsTrueAsync(() => proxy.Open == 0, "the end of all connections");
        Assert.DoesNotContain(Log, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_ProxyRefuses_FailsWithConnectAndNamesIt(bool pipe)
    {
        await using var proxy = new TestProxy("http", "user:secret");
        var fetcher = Open(launch: Through(pipe, proxy.Name));

        var error = (await FetchAsync(fetcher, Site.Url("/"))).Error;

        Assert.Equal(ErrorCode.Connect, error?.Code);
        Assert.Equal(
            $"the proxy {proxy.Name} refused the connection (407: it requires a user name and password)",
            error?.Message
        );
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_BlockedHost_IsNotAskedOfTheProxy(bool pipe)
    {
        await using var proxy = new TestProxy("socks5");
        var fetcher = Open(launch: Through(pipe, proxy.Url));

        var blocked = await FetchAsync(fetcher, new UriBuilder(Site.Url("/")) { Host = "127.0.0.2" }.Uri);

        Assert.Equal(ErrorCode.BlockedAddress, blocked.Error?.Code);
        Assert.Empty(proxy.Targets);
        await AssertEndedCleanAsync(fetcher);
    }

    private BrowserLaunch Through(bool pipe, string url)
    {
        Assert.True(UpstreamProxy.TryParseAll([url], out var proxies, out var fault), fault);
        Assert.True(AllowEntry.TryParseAllow("127.0.0.1", out var site, out _));
        var dialer = new ProxyDialer(new HostLookup(null, TimeProvider.System), TimeProvider.System);
        var guard = new AddressGuard(new AddressPolicy { Allow = [site] });
        return Launch with
        {
            Engine = pipe ? BrowserEngine.Pipe : BrowserEngine.Playwright,
            Guard = guard.Through(new UpstreamProxies(proxies, dialer, this, TimeProvider.System)),
        };
    }
}
