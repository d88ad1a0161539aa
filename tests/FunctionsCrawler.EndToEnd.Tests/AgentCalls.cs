using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Calls the tools of an MCP server as an agent does, with the SDK's client.</summary>
internal static class AgentCalls
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task UseAllAsync(McpClient client, string url)
    {
        var late = TextOf(await CallAsync(client, "scrape", ("url", url + "late"), ("waitFor", "#late")));
        Assert.Contains("Added by a script", late, StringComparison.Ordinal);
        Assert.Contains(
            $"{url}a High\n",
            TextOf(await CallAsync(client, "map", ("url", url))),
            StringComparison.Ordinal
        );

        var picture = Assert.IsType<ImageContentBlock>(
            Assert.Single((await CallAsync(client, "screenshot", ("url", url + "a"))).Content)
        );
        Assert.Equal("image/jpeg", picture.MimeType);
        Assert.Equal([0xFF, 0xD8, 0xFF], picture.DecodedData.Span[..3].ToArray());

        var id = await StartAsync(client, url);
        var pages = "";
        await Eventually.IsTrueAsync(
            async () =>
            {
                pages = TextOf(await CallAsync(client, "crawl_status", ("id", id)));
                return pages.Contains(": completed, 100% done, 3 pages read", StringComparison.Ordinal);
            },
            "the crawl ends"
        );
        Assert.Equal(4, pages.Split("\nURL: ").Length);

        var never = await StartAsync(client, url + "a");
        var cancelled = await CallAsync(client, "crawl_cancel", ("id", never));
        // It may have been faster.
        Assert.True(
            cancelled.IsError is not true || ErrorOf(cancelled).StartsWith("already_ended: ", StringComparison.Ordinal)
        );

        var blocked = await CallAsync(client, "scrape", ("url", "http://169.254.169.254/"));
        Assert.StartsWith("blocked_address: ", ErrorOf(blocked), StringComparison.Ordinal);
    }

    public static async Task AssertPartsAsync(McpClient client, string url)
    {
        var whole = new StringBuilder();
        var parts = 0;
        for (string? after = ""; after is not null; parts++)
        {
            (string, object?)[] more = after.Length == 0 ? [] : [("after", after)];
            var result = await CallAsync(client, "scrape", [("url", url + "long"), .. more]);
            var text = TextOf(result);
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 100_000);
            after = result.Meta?["after"]?.GetValue<string>();
            whole.Append(after is null ? text : text[..text.LastIndexOf("\n\n[", StringComparison.Ordinal)]);
        }
        Assert.Equal(2, parts);
        Assert.Equal(AgentSite.Lines, whole.ToString().Split("Line ").Length - 1);
    }

    private static async Task<string> StartAsync(McpClient client, string url)
    {
        var started = TextOf(await CallAsync(client, "crawl", ("url", url), ("limit", 3)));
        return started.Split('\n')[0]["id: ".Length..];
    }

    public static Task<CallToolResult> WaitForeverAsync(McpClient client, string url, CancellationToken cancel) =>
        client
            .CallToolAsync(
                "scrape",
                new Dictionary<string, object?> { ["url"] = url + "never", ["waitFor"] = "#never" },
                cancellationToken: cancel
            )
            .AsTask();

    public static Task<McpClient> ConnectAsync(PipedProcess process) =>
        McpClient.CreateAsync(
            new StreamClientTransport(process.Input, process.Output),
            cancellationToken: Cancellation
        );

    public static Task<McpClient> ConnectAsync(Uri server) =>
        McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(server, "mcp"),
                    TransportMode = HttpTransportMode.StreamableHttp,
                }
            ),
            cancellationToken: Cancellation
        );

    public static Task<CallToolResult> CallAsync(
        McpClient client,
        string tool,
        params (string Name, object? Value)[] arguments
    ) =>
        client
            .CallToolAsync(tool, arguments.ToDictionary(a => a.Name, a => a.Value), cancellationToken: Cancellation)
            .AsTask();

    public static string TextOf(CallToolResult result)
    {
        var text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.False(result.IsError is true, text);
        return text;
    }

    public static string ErrorOf(CallToolResult result)
    {
        Assert.True(result.IsError);
        return Assert.IsType<TextContentBlock>(result.Content[0]).Text;
    }
}
