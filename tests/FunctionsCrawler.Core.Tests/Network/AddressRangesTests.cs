using System.Net;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Network;

public class AddressRangesTests
{
    [Theory]
    // range, first, last, public address before, public address after ("" if the neighbour is also forbidden)
    [InlineData("this network (0.0.0.0/8)", "0.0.0.0", "0.255.255.255", "", "1.0.0.0")]
    [InlineData("private (10.0.0.0/8)", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0")]
    [InlineData("carrier-grade NAT (100.64.0.0/10)", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0")]
    [InlineData("loopback (127.0.0.0/8)", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0")]
    [InlineData("Azure wire server", "168.63.129.16", "168.63.129.16", "168.63.129.15", "168.63.129.17")]
    [InlineData("link-local (169.254.0.0/16)", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0")]
    [InlineData("cloud metadata service", "169.254.169.254", "169.254.169.254", "", "")]
    [InlineData("AWS container credentials", "169.254.170.2", "169.254.170.2", "", "")]
    [InlineData("AWS pod credentials", "169.254.170.23", "169.254.170.23", "", "")]
    [InlineData("Alibaba metadata service", "100.100.100.200", "100.100.100.200", "", "")]
    [InlineData("private (172.16.0.0/12)", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0")]
    [InlineData("IETF protocol assignments (192.0.0.0/24)", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0")]
    [InlineData("documentation (192.0.2.0/24)", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0")]
    [InlineData("6to4 relay (192.88.99.0/24)", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0")]
    [InlineData("private (192.168.0.0/16)", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0")]
    [InlineData("benchmarking (198.18.0.0/15)", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0")]
    [InlineData("documentation (198.51.100.0/24)", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0")]
    [InlineData("documentation (203.0.113.0/24)", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0")]
    [InlineData("multicast (224.0.0.0/4)", "224.0.0.0", "239.255.255.255", "223.255.255.255", "")]
    [InlineData("reserved (240.0.0.0/4)", "240.0.0.0", "255.255.255.254", "", "")]
    [InlineData("broadcast", "255.255.255.255", "255.255.255.255", "", "")]
    [InlineData("unspecified", "::", "::", "", "")]
    [InlineData("loopback", "::1", "::1", "", "")]
    [InlineData("IPv4-compatible (::/96)", "::2", "::255.255.255.255", "", "")]
    [InlineData("local NAT64 (64:ff9b:1::/48)", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", "")]
    [InlineData("discard (100::/64)", "100::", "100::ffff:ffff:ffff:ffff", "", "")]
    [InlineData(
        "outside global unicast (::/0)",
        "100:0:0:1::",
        "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "",
        "2000::"
    )]
    [InlineData(
        "IETF protocol assignments (2001::/23)",
        "2001::",
        "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:200::"
    )]
    [InlineData(
        "documentation (2001:db8::/32)",
        "2001:db8::",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db9::"
    )]
    [InlineData(
        "6to4 (2002::/16)",
        "2002::",
        "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "2003::"
    )]
    [InlineData(
        "documentation (3fff::/20)",
        "3fff::",
        "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
        "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "3fff:1000::"
    )]
    [InlineData(
        "outside global unicast (::/0)",
        "4000::",
        "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        ""
    )]
    [InlineData("segment routing (5f00::/16)", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "")]
    [InlineData("unique local (fc00::/7)", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "")]
    [InlineData("AWS metadata service", "fd00:ec2::254", "fd00:ec2::254", "", "")]
    [InlineData("AWS pod credentials", "fd00:ec2::23", "fd00:ec2::23", "", "")]
    [InlineData("Google metadata service", "fd20:ce::254", "fd20:ce::254", "", "")]
    [InlineData("link-local (fe80::/10)", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "")]
    [InlineData("site-local (fec0::/10)", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "")]
    [InlineData("multicast (ff00::/8)", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", "")]
    // the embedded IPv4 address is checked
    [InlineData(
        "private (10.0.0.0/8)",
        "::ffff:10.0.0.0",
        "::ffff:10.255.255.255",
        "::ffff:9.255.255.255",
        "::ffff:11.0.0.0"
    )]
    [InlineData(
        "loopback (127.0.0.0/8)",
        "64:ff9b::7f00:0",
        "64:ff9b::7fff:ffff",
        "64:ff9b::7eff:ffff",
        "64:ff9b::8000:0"
    )]
    [InlineData("cloud metadata service", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "", "")]
    public void Policy_Range_HasTheBoundsOfTheRegistry(
        string range,
        string first,
        string last,
        string before,
        string after
    )
    {
        var policy = new AddressPolicy();
        Assert.Equal(range, policy.FindForbiddenRange(IPAddress.Parse(first)));
        Assert.Equal(range, policy.FindForbiddenRange(IPAddress.Parse(last)));
        foreach (var neighbour in new[] { before, after }.Where(text => text.Length > 0))
            Assert.Null(policy.FindForbiddenRange(IPAddress.Parse(neighbour)));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("93.184.215.14")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001:80b::200e")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    public void Policy_PublicAddress_MayBeReached(string address) =>
        Assert.Null(new AddressPolicy().FindForbiddenRange(IPAddress.Parse(address)));

    [Fact]
    public void Policy_AddressWithScopeId_IsCheckedLikeOneWithout() =>
        Assert.Equal("link-local (fe80::/10)", new AddressPolicy().FindForbiddenRange(IPAddress.Parse("fe80::1%3")));
}
