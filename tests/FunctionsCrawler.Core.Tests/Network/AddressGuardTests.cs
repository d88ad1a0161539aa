using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Network;

public class AddressGuardTests
{
    private static readonly IPAddress Public = IPAddress.Parse("93.184.215.14");

    [Fact]
    public async Task Resolve_PublicAddresses_ReturnsAllInOrder()
    {
        var guard = Guard(Public, IPAddress.Parse("2606:4700::1"));
        var resolved = Assert.IsType<ResolvedHost>(await guard.ResolveAsync("a.example", default));
        Assert.Equal([Public, IPAddress.Parse("2606:4700::1")], resolved.Addresses);
    }

    [Theory]
    [InlineData("10.0.0.1", "private (10.0.0.0/8)")]
    [InlineData("::1", "loopback")]
    [InlineData("::ffff:169.254.169.254", "cloud metadata service")]
    public async Task Resolve_OneForbiddenAddressAmongPublicOnes_IsBlocked(string forbidden, string range)
    {
        var guard = Guard(Public, IPAddress.Parse(forbidden), Public);
        var blocked = Assert.IsType<BlockedHost>(await guard.ResolveAsync("a.example", default));
        Assert.Equal(IPAddress.Parse(forbidden), blocked.Address);
        Assert.Equal(range, blocked.Range);
        Assert.Equal($"a.example resolves to {blocked.Address}, which may not be reached: {range}.", blocked.Message);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("127.1")]
    [InlineData("0x7f.1")]
    [InlineData("0177.0.0.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("[::1]")]
    [InlineData("::1")]
    [InlineData("[::ffff:7f00:1]")]
    public async Task Resolve_LiteralLoopbackInAnyForm_IsBlockedWithoutResolving(string host)
    {
        var guard = new AddressGuard(new AddressPolicy(), (_, _) => throw new InvalidOperationException("looked up"));
        var blocked = Assert.IsType<BlockedHost>(await guard.ResolveAsync(host, default));
        Assert.StartsWith("loopback", blocked.Range, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resolve_AllowedHost_IsResolvedAndOthersAreBlocked()
    {
        Assert.True(AllowEntry.TryParseAllow("in.example", out var entry, out _));
        var guard = new AddressGuard(
            new AddressPolicy { Allow = [entry] },
            (_, _) => Task.FromResult(new[] { IPAddress.Parse("10.0.0.1") })
        );
        Assert.IsType<ResolvedHost>(await guard.ResolveAsync("in.example.", default));
        Assert.IsType<BlockedHost>(await guard.ResolveAsync("other.example", default));
    }

    [Fact]
    public async Task Resolve_NoAnswer_IsUnknown() =>
        Assert.IsType<UnknownHost>(await Guard().ResolveAsync("a.example", default));

    [Fact]
    public async Task Resolve_ResolverFails_IsUnknownWithTheReason()
    {
        var guard = new AddressGuard(new AddressPolicy(), (_, _) => throw new SocketException(11001, "no such name"));
        var unknown = Assert.IsType<UnknownHost>(await guard.ResolveAsync("a.example", default));
        Assert.Equal("a.example does not resolve: no such name", unknown.Message);
    }

    [Fact]
    public async Task Resolve_NameLongerThanDnsAllows_IsUnknown()
    {
        var guard = new AddressGuard(new AddressPolicy());
        Assert.IsType<UnknownHost>(await guard.ResolveAsync(new string('a', 300), default));
    }

    [Fact]
    public async Task Resolve_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        var guard = new AddressGuard(
            new AddressPolicy(),
            async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return [];
            }
        );
        var pending = guard.ResolveAsync("a.example", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Resolve_CancelledButResolverIgnoresTheToken_StillThrows()
    {
        using var source = new CancellationTokenSource();
        var never = new TaskCompletionSource<IPAddress[]>();
        var guard = new AddressGuard(new AddressPolicy(), (_, _) => never.Task);
        var pending = guard.ResolveAsync("a.example", source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            pending.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)
        );
    }

    private static AddressGuard Guard(params IPAddress[] answers) =>
        new(new AddressPolicy(), (_, _) => Task.FromResult(answers));
}
