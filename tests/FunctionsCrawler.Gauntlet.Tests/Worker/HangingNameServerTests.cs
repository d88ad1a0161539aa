using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using static FunctionsCrawler.Gauntlet.Tests.Worker.Namespaces;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T16: the name server accepts queries and never answers.</summary>
public sealed class HangingNameServerTests : WorkerTest
{
    // An unusual loopback address, because the machine may run a name server at the common ones.
    private static readonly IPEndPoint NameServer = new(IPAddress.Parse("127.0.53.53"), 53);

    [Theory]
    [Trait("Run", "long")]
    [InlineData("never")]
    [InlineData("always")]
    public async Task Crawl_NameServerHangs_ReportsThatPageAndStoresTheOther(string render)
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(1);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            server.Bind(NameServer);
        }
        catch (SocketException e)
        {
            Requires.Available(
                false,
                Unavailable.NotPermitted,
                $"No name server can be set up at {NameServer}: {e.Message}"
            );
        }
        var resolver = Place.At("resolv.conf");
        await File.WriteAllTextAsync(resolver, $"nameserver {NameServer.Address}\n", Cancellation);
        string[] Around(string[] command) =>
            [
                .. Unshare("--mount"),
                "/bin/sh",
                "-c",
                $"mount --bind '{resolver}' /etc/resolv.conf || exit 99; exec \"$@\"",
                "sh",
                .. command,
            ];
        string[] crawl =
        [
            "http://hangs.example/",
            site.Url + "p/0",
            "--mode",
            "batch",
            "--allow-private",
            "--render",
            render,
            "--out",
            "out",
            "--quiet",
        ];

        var exit = await Place.Start(crawl, new Surroundings { Around = Around }).ExitAsync();

        exit.Expect(3);
        // The name server has received a query that it did not answer.
        Assert.NotEqual(0, server.Available);
        Assert.Equal(TreeSite.Paths(1), Read("out").StoredPaths);
        var failed = Assert.Single(Read("out").Pages, page => page.Error is not null);
        Assert.Equal("http://hangs.example/", failed.Url);
        Assert.Contains(failed.Error!.Code, new[] { ErrorCode.Dns, ErrorCode.Timeout });
        await AssertNothingLeftAsync();
    }
}
