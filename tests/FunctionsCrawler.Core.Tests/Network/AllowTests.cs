using System.Net;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Network;

public class AllowTests
{
    private static readonly string[] Dangerous =
    [
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd20:ce::254",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",
        "::",
        "255.255.255.255",
        "::ffff:169.254.169.254",
    ];

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("192.168.0.1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("169.254.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("fd12::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("198.18.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fec0::1", false)]
    public void AllowPrivate_Address_AllowsOnlyPrivateNetworks(string address, bool isOpen) =>
        Assert.Equal(isOpen, IsOpen(new AddressPolicy { AllowPrivate = true }, address));

    [Fact]
    public void AllowPrivate_DangerousAddress_StaysForbidden() =>
        Assert.All(Dangerous, address => Assert.False(IsOpen(new AddressPolicy { AllowPrivate = true }, address)));

    [Fact]
    public void AllowedHost_DangerousAddress_StaysForbidden() =>
        Assert.All(Dangerous, address => Assert.False(IsOpen(Allowing("a.example"), address, "a.example")));

    [Fact]
    public void AllowedAddress_DangerousAddress_IsAllowed() =>
        Assert.All(Dangerous, address => Assert.True(IsOpen(Allowing(address), address)));

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.255.255", true)]
    [InlineData("10.1.0.0/16", "10.2.0.0", false)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.0.1", true)]
    [InlineData("10.1.0.0/16", "64:ff9b::a01:1", true)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("10.1.2.0/23", "10.1.3.255", true)]
    [InlineData("10.1.2.0/23", "10.1.4.0", false)]
    [InlineData("0.0.0.0/0", "169.254.169.254", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("fd00::/8", "fd12::1", true)]
    [InlineData("fd00::/8", "fc00::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("198.18.0.0/15", "198.19.0.1", true)]
    public void AllowedNetwork_Address_IsAllowedIfInside(string entry, string address, bool isOpen) =>
        Assert.Equal(isOpen, IsOpen(Allowing(entry), address));

    [Theory]
    [InlineData("a.example", "a.example", true)]
    [InlineData("A.Example.", "a.EXAMPLE", true)]
    [InlineData("a.example", "a.example.", true)]
    [InlineData("a.example", "b.a.example", false)]
    [InlineData("a.example", "xa.example", false)]
    [InlineData("*.a.example", "b.a.example", true)]
    [InlineData("*.a.example", "c.B.a.example", true)]
    [InlineData("*.a.example", "a.example", false)]
    [InlineData("*.a.example", ".a.example", false)]
    [InlineData("*.a.example", "xa.example", false)]
    [InlineData("localhost", "localhost", true)]
    public void AllowedHost_Name_IsAllowedIfMatched(string entry, string host, bool isOpen)
    {
        Assert.Equal(isOpen, IsOpen(Allowing(entry), "10.0.0.1", host));
        Assert.Equal(isOpen, IsOpen(Allowing(entry), "198.18.0.1", host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("a.*.example")]
    [InlineData("http://a.example")]
    [InlineData("a.example:80")]
    [InlineData("a..example")]
    [InlineData("a_b c")]
    [InlineData("10.1")]
    [InlineData("0x7f.1")]
    [InlineData("010.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData("10.1.0.0/33")]
    [InlineData("10.1.0.0/-1")]
    [InlineData("10.1.0.0/")]
    [InlineData("::/129")]
    [InlineData("fe80::1%1")]
    [InlineData("[::1]")]
    [InlineData("a.example/24")]
    public void TryParseAllow_InvalidText_IsAFaultThatNamesIt(string text)
    {
        Assert.False(AllowEntry.TryParseAllow(text, out _, out var fault));
        Assert.StartsWith($"\"{text}\" is not a ", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParseAllow_HostBitsSet_NamesTheNetwork()
    {
        Assert.False(AllowEntry.TryParseAllow("10.1.2.3/20", out _, out var fault));
        Assert.Equal("\"10.1.2.3/20\" is not a network; the network that contains this address is 10.1.0.0/20.", fault);
    }

    private static AddressPolicy Allowing(string text)
    {
        Assert.True(AllowEntry.TryParseAllow(text, out var entry, out var fault), fault);
        return new AddressPolicy { Allow = [entry] };
    }

    private static bool IsOpen(AddressPolicy policy, string address, string? host = null) =>
        policy.FindForbiddenRange(IPAddress.Parse(address), host) is null;
}
