using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;
using FunctionsCrawler.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Network;

public sealed class UpstreamProxiesTests : IAsyncLifetime, ILogger
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<int> _clientPorts = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly List<TestProxy> _proxies = [];
    private readonly FakeTimeProvider _clock = new();
    private PageServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _server = await PageServer.StartAsync(async context =>
        {
            _clientPorts.Enqueue(context.Connection.RemotePort);
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("hello");
        });

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("http", null)]
    [InlineData("http", "user:pass:word")]
    [InlineData("socks5", null)]
    [InlineData("socks5", "user:password")]
    public async Task Fetch_ThroughProxy_ConnectsOnlyFromItAndToTheCheckedAddress(string scheme, string? credentials)
    {
        var proxy = Start(scheme, credentials);

        var result = await FetchAsync([proxy.Url], "site.example");

        Assert.Equal("hello", result.Text);
        Assert.Equal([$"127.0.0.1:{_server.Url.Port}"], proxy.Targets);
        Assert.Equal(proxy.Ports, _clientPorts);
        await Eventually.IsTrueAsync(() => proxy.Open == 0, "the end of the connection");
    }

    [Theory]
    [InlineData("http", "it requires a user name and password")]
    [InlineData("socks5", "it requires a user name and password")]
    [InlineData("http", "it did not accept the user name and password", "user:secret")]
    [InlineData("socks5", "it did not accept the user name and password", "user:secret")]
    public async Task Fetch_WrongCredentials_FailsWithoutNamingThem(string scheme, string reason, string? sent = null)
    {
        var proxy = Start(scheme, "user:password");
        var url = sent is null ? proxy.Name : proxy.Url.Replace("user:password", sent, StringComparison.Ordinal);

        var error = await FailAsync([url], "site.example");

        var code = scheme == "http" ? "407: " : "";
        Assert.Equal($"the proxy {proxy.Name} refused the connection ({code}{reason})", error.Message);
        Assert.Equal($"Proxy {proxy.Name} avoided for 60 s: {error.Message}", Assert.Single(_log));
        Assert.Empty(_clientPorts);
    }

    [Theory]
    [InlineData("http", nameof(ProxyConduct.Refuses), "refused the connection (403)")]
    [InlineData("http", nameof(ProxyConduct.Closes), "closed the connection before it was open")]
    [InlineData("http", nameof(ProxyConduct.Garbage), "did not answer with HTTP")]
    [InlineData("http", nameof(ProxyConduct.Endless), "sent more than 16384 bytes of headers")]
    [InlineData("socks5", nameof(ProxyConduct.Refuses), "refused the connection (its rules do not allow it)")]
    [InlineData("socks5", nameof(ProxyConduct.Closes), "closed the connection before it was open")]
    [InlineData("socks5", nameof(ProxyConduct.Garbage), "did not answer with SOCKS 5")]
    [InlineData(
        "socks5",
        nameof(ProxyConduct.Endless),
        "refused the connection (it requires another kind of authentication)"
    )]
    public async Task Fetch_ProxyMisbehaves_FailsAndClosesTheConnection(string scheme, string conduct, string reason)
    {
        var proxy = Start(scheme, conduct: Enum.Parse<ProxyConduct>(conduct));

        var error = await FailAsync([proxy.Url], "site.example");

        Assert.Equal($"the proxy {proxy.Name} {reason}", error.Message);
        Assert.Empty(_clientPorts);
        await Eventually.IsTrueAsync(() => proxy.Open == 0, "the end of the connection");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task Fetch_ProxyHangs_EndsAtTheTimeLimit(string scheme)
    {
        var proxy = Start(scheme, conduct: ProxyConduct.Hangs);
        var fetching = FetchAsync([proxy.Url], "site.example");
        await Eventually.IsTrueAsync(() => proxy.Open == 1, "the connection to the proxy");

        _clock.Advance(ProxyDialer.Limit);

        var error = (await fetching.WaitAsync(Guard, Cancellation)).Error;
        Assert.Equal(ErrorCode.Connect, error?.Code);
        Assert.Equal($"the proxy {proxy.Name} did not open the connection within 8 s", error?.Message);
        await Eventually.IsTrueAsync(() => proxy.Open == 0, "the end of the connection");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task Dial_CancelledWhileTheProxyHangs_ClosesTheConnection(string scheme)
    {
        var proxy = Start(scheme, conduct: ProxyConduct.Hangs);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var dialling = Through([proxy.Url]).DialAsync("site.example", _server.Url.Port, cancel.Token);
        await Eventually.IsTrueAsync(() => proxy.Open == 1, "the connection to the proxy");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.WaitAsync(Guard, Cancellation));
        await Eventually.IsTrueAsync(() => proxy.Open == 0, "the end of the connection");
    }

    [Fact]
    public async Task Fetch_NothingListens_NamesTheProxyAndDoesNotConnectDirectly()
    {
        using var closed = new ReservedPort();

        var error = await FailAsync([$"http://user:secret@127.0.0.1:{closed.Number}"], "site.example");

        Assert.StartsWith(
            $"the proxy http://127.0.0.1:{closed.Number} cannot be reached: ",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Empty(_clientPorts);
        Assert.DoesNotContain("secret", string.Concat(_log) + error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blocked.example")]
    [InlineData("127.0.0.2")]
    [InlineData("[::1]")]
    [InlineData("0x7f000002")]
    public async Task Fetch_BlockedTarget_NeverReachesTheProxy(string host)
    {
        var proxy = Start("http");

        var error = (await FetchAsync([proxy.Url], host)).Error;

        Assert.Equal(ErrorCode.BlockedAddress, error?.Code);
        Assert.Empty(proxy.Targets);
    }

    [Fact]
    public async Task Fetch_FirstProxyFails_UsesTheNextAndAvoidsTheFirstForAMinute()
    {
        var (one, other) = (Start("http"), Start("socks5"));
        var guard = Through([one.Url, other.Url], out var proxies);
        var first = proxies.ProxiesFor("site.example")[0].Name == one.Name ? one : other;
        var second = first == one ? other : one;
        first.Conduct = ProxyConduct.Garbage;

        Assert.Equal("hello", (await FetchAsync(guard, "site.example")).Text);
        Assert.Equal(second.Name, proxies.ProxiesFor("site.example")[0].Name);
        Assert.Equal(second.Name, proxies.ProxiesFor("other.example")[0].Name);

        _clock.Advance(ProxyHealth.AvoidedFor);
        first.Conduct = ProxyConduct.Works;
        var before = first.Ports.Count;
        Assert.Equal("hello", (await FetchAsync(guard, "site.example")).Text);
        Assert.Equal(before + 1, first.Ports.Count);
    }

    [Fact]
    public async Task Fetch_ProxyRefusesOneHost_IsAvoidedForThatHostAlone()
    {
        var (refusing, other) = (Start("http", conduct: ProxyConduct.Refuses), Start("http"));
        var guard = Through([refusing.Url, other.Url], out var proxies);
        var its = Enumerable
            .Range(0, 100)
            .Select(i => $"site-{i}.example")
            .Where(host => FirstFor(host) == refusing.Name)
            .Take(3)
            .ToList();

        Assert.Equal("hello", (await FetchAsync(guard, its[0])).Text);
        Assert.Equal(other.Name, FirstFor(its[0]));
        Assert.Equal(refusing.Name, FirstFor(its[1]));
        Assert.Empty(_log);

        // A second host: now the proxy is the likely cause.
        Assert.Equal("hello", (await FetchAsync(guard, its[1])).Text);
        Assert.Equal(other.Name, FirstFor(its[2]));
        Assert.Equal(
            $"Proxy {refusing.Name} avoided for 60 s: the proxy {refusing.Name} refused the connection (403)",
            Assert.Single(_log)
        );

        string FirstFor(string host) => proxies.ProxiesFor(host)[0].Name;
    }

    [Fact]
    public void ProxiesFor_SameHost_SameOrderAndHostsAreSpread()
    {
        string[] urls = [.. Enumerable.Range(1, 4).Select(i => $"http://user-{i}:secret@proxy.example:8080")];
        Through(urls, out var proxies);
        Through([.. urls.Reverse()], out var reordered);
        Through(urls[1..], out var without);
        var hosts = Enumerable.Range(0, 400).Select(i => $"site-{i}.example").ToList();

        foreach (var host in hosts)
        {
            var order = proxies.ProxiesFor(host).Select(p => p.User).ToList();
            Assert.Equal(order, reordered.ProxiesFor(host).Select(p => p.User));
            Assert.Equal(order.Where(u => u != "user-1"), without.ProxiesFor(host).Select(p => p.User));
        }
        Assert.All(
            hosts.GroupBy(h => proxies.ProxiesFor(h)[0].User, StringComparer.Ordinal),
            g => Assert.InRange(g.Count(), 60, 140)
        );
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _log.Enqueue(formatter(state, exception));

    private TestProxy Start(string scheme, string? credentials = null, ProxyConduct conduct = ProxyConduct.Works)
    {
        var proxy = new TestProxy(scheme, credentials, conduct);
        _proxies.Add(proxy);
        return proxy;
    }

    private AddressGuard Through(string[] urls) => Through(urls, out _);

    private AddressGuard Through(string[] urls, out UpstreamProxies proxies)
    {
        Assert.True(UpstreamProxy.TryParseAll(urls, out var parsed, out var fault), fault);
        Assert.True(AllowEntry.TryParseAllow("127.0.0.1", out var server, out _));
        proxies = new UpstreamProxies(parsed, new ProxyDialer(new HostLookup(null, _clock), _clock), this, _clock);
        return new AddressGuard(new AddressPolicy { Allow = [server] }, ResolveAsync).Through(proxies);
    }

    private Task<FetchResult> FetchAsync(string[] urls, string host) => FetchAsync(Through(urls), host);

    private async Task<FetchResult> FetchAsync(AddressGuard guard, string host)
    {
        var options = new HttpFetcherOptions { Connect = guard.ConnectAsync, ConnectTimeout = Guard };
        using var fetcher = new HttpFetcher(options, TimeProvider.System);
        var url = new UriBuilder(_server.Url) { Host = host }.Uri;
        return await fetcher.FetchAsync(url, Guard, Cancellation);
    }

    private async Task<PageError> FailAsync(string[] urls, string host)
    {
        var error = (await FetchAsync(urls, host)).Error;
        Assert.Equal(ErrorCode.Connect, error?.Code);
        return error!;
    }

    private static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Task.FromResult(new[] { IPAddress.Parse(host == "blocked.example" ? "127.0.0.2" : "127.0.0.1") });
}
