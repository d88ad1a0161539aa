using System.Text;
using FunctionsCrawler.Http.Tests.Compat;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace FunctionsCrawler.Http.Tests.Mcp;

/// <summary>Uses the SDK's client over HTTP. The server has no browser, and the pages need none.</summary>
public abstract class McpTestBase
{
    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected static async Task<McpClient> ConnectAsync(CompatServer server, string? key = null)
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = new Uri(server.Http.BaseAddress!, "mcp"),
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = key is null
                ? null
                : new Dictionary<string, string> { ["Authorization"] = $"Bearer {key}" },
        };
        return await McpClient.CreateAsync(new HttpClientTransport(options), cancellationToken: Cancellation);
    }

    private protected static async Task<CallToolResult> CallAsync(
        McpClient client,
        string tool,
        params (string Name, object? Value)[] arguments
    ) =>
        await client.CallToolAsync(
            tool,
            arguments.ToDictionary(a => a.Name, a => a.Value, StringComparer.Ordinal),
            cancellationToken: Cancellation
        );

    /// <summary>The text of a result that is no error and is not too long.</summary>
    private protected static string TextOf(CallToolResult result)
    {
        var text = string.Concat(result.Content.OfType<TextContentBlock>().Select(block => block.Text));
        Assert.False(result.IsError is true, text);
        Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 100_000);
        return text;
    }

    /// <summary>The text of a result that is an error.</summary>
    private protected static string ErrorOf(CallToolResult result)
    {
        var text = Assert.IsType<TextContentBlock>(result.Content[0]).Text;
        Assert.True(result.IsError, text);
        return text;
    }

    /// <summary>The cursor for the part that follows; null if there is none.</summary>
    private protected static string? AfterOf(CallToolResult result) => result.Meta?["after"]?.GetValue<string>();
}
