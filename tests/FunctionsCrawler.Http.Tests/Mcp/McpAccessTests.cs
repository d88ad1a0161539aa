using System.Text;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Tests.Compat;

namespace FunctionsCrawler.Http.Tests.Mcp;

/// <summary>Who reaches the MCP server.</summary>
public sealed class McpAccessTests : McpTestBase
{
    private const string Key = "0123456789abcdef";
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    [Fact]
    public async Task Server_KeyIsRequired_OnlyWithIt()
    {
        Assert.True(ApiKeys.TryParse(Key, out var keys, out _));
        await using var server = await CompatServer.StartAsync(keys);

        await using var client = await ConnectAsync(server, Key);

        Assert.Equal(6, (await client.ListToolsAsync(cancellationToken: Cancellation)).Count);
        Assert.Equal(401, await SendAsync(server, Ping));
        Assert.Equal(401, await SendAsync(server, Ping, ("Authorization", "Bearer another-key-of-somebody")));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Host", "evil.example", 421)]
    public async Task Server_RequestOfAWebPage_IsRefused(string header, string value, int status)
    {
        await using var server = await CompatServer.StartAsync();

        Assert.Equal(status, await SendAsync(server, Ping, (header, value)));
    }

    [Fact]
    public async Task Server_BodyTooLarge_IsRefused()
    {
        await using var server = await CompatServer.StartAsync();

        var status = await SendAsync(server, Ping.PadRight(RequestBody.Limit + 1));

        Assert.Equal(413, status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Server_MethodsOfSessions_AreNotAllowed(string method)
    {
        await using var server = await CompatServer.StartAsync();
        using var message = new HttpRequestMessage(new HttpMethod(method), "mcp");
        message.Headers.Accept.ParseAdd("text/event-stream");

        using var response = await server.Http.SendAsync(message, Cancellation);

        Assert.Equal(405, (int)response.StatusCode);
    }

    private static async Task<int> SendAsync(
        CompatServer server,
        string body,
        params (string Name, string Value)[] headers
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "mcp")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        message.Headers.Accept.ParseAdd("application/json, text/event-stream");
        // Otherwise the connection may be closed before the response was read.
        message.Headers.ExpectContinue = body.Length > RequestBody.Limit;
        foreach (var (name, value) in headers)
            Assert.True(message.Headers.TryAddWithoutValidation(name, value));
        using var response = await server.Http.SendAsync(message, Cancellation);
        return (int)response.StatusCode;
    }
}
