using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using static FunctionsCrawler.EndToEnd.Tests.AgentCalls;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>
/// The SDK's client uses <c>crawl mcp</c> over its standard input and output. Afterwards no browser, no process and no file is left.
/// </summary>
[Needs(Need.Chromium)]
public sealed class McpStdioTests : EndToEndTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stdio_AllTools_AnswerAndNothingIsLeft()
    {
        NeedsPipes();
        await using var site = await AgentSite.StartAsync();
        await using var process = PipedProcess.Start(Place, "mcp", "--allow-private");
        await using var client = await ConnectAsync(process);

        Assert.Equal("functions-crawler", client.ServerInfo?.Name);
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Equal(
            ["crawl", "crawl_cancel", "crawl_status", "map", "scrape", "screenshot"],
            tools.Select(tool => tool.Name).Order(StringComparer.Ordinal)
        );
        await UseAllAsync(client, site.Url);
        await AssertPartsAsync(client, site.Url);

        process.CloseInput();
        Assert.Equal(0, await process.ExitAsync());
        Assert.Empty(Place.Entries());
    }

    [Fact]
    public async Task Stdio_CallCancelled_VisitEndsAndTheServerGoesOn()
    {
        NeedsPipes();
        await using var site = await AgentSite.StartAsync();
        await using var process = PipedProcess.Start(Place, "mcp", "--allow-private");
        await using var client = await ConnectAsync(process);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var visiting = WaitForeverAsync(client, site.Url, cancel.Token);
        await Eventually.IsTrueAsync(() => process.Children > 0, "a browser is launched");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visiting);
        await Eventually.IsTrueAsync(() => process.Children == 0, "the browser is gone");
        Assert.Contains(
            "Gauge",
            TextOf(await CallAsync(client, "scrape", ("url", site.Url + "a"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Stdio_InputClosedDuringAVisit_EndsAndLeavesNothing()
    {
        NeedsPipes();
        await using var site = await AgentSite.StartAsync();
        await using var process = PipedProcess.Start(Place, "mcp", "--allow-private");
        await using var client = await ConnectAsync(process);
        var visiting = WaitForeverAsync(client, site.Url, Cancellation);
        await Eventually.IsTrueAsync(() => process.Children > 0, "a browser is launched");

        process.CloseInput();

        Assert.Equal(0, await process.ExitAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        await Assert.ThrowsAnyAsync<Exception>(() => visiting);
    }

    [Theory]
    [InlineData(CrawlProcess.Interrupt)]
    [InlineData(CrawlProcess.Terminate)]
    public async Task Stdio_SignalledDuringAVisitAndACrawl_EndsAndLeavesNothing(int signal)
    {
        NeedsPipes();
        await using var site = await AgentSite.StartAsync();
        await using var process = PipedProcess.Start(Place, "mcp", "--allow-private");
        await using var client = await ConnectAsync(process);
        TextOf(await CallAsync(client, "crawl", ("url", site.Url)));
        var visiting = WaitForeverAsync(client, site.Url, Cancellation);
        await Eventually.IsTrueAsync(() => process.Children > 0, "a browser is launched");

        process.Signal(signal);

        Assert.Equal(0, await process.ExitAsync().WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.StartsWith("stopping: ", ErrorOf(await visiting), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stdio_InputClosedAtOnce_OnlyMessagesOnStandardOutput()
    {
        NeedsPipes();
        await using var process = PipedProcess.Start(Place, "mcp");
        using var output = new StreamReader(process.Output);
        await process.Input.WriteAsync(Encoding.UTF8.GetBytes("no message\n"), Cancellation);
        process.CloseInput();

        Assert.Equal(0, await process.ExitAsync());

        foreach (
            var line in (await output.ReadToEndAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
        )
            Assert.StartsWith(
                "{\"jsonrpc\":",
                line.Replace(" ", "", StringComparison.Ordinal),
                StringComparison.Ordinal
            );
    }

    private static void NeedsPipes()
    {
        NeedsSignals();
        NeedsChromium();
    }
}
