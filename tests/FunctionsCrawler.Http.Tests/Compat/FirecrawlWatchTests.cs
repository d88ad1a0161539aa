using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using FunctionsCrawler.Http.Access;
using static FunctionsCrawler.Http.Tests.Compat.CompatSite;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>GET /v2/crawl/{id} as a WebSocket.</summary>
public sealed class FirecrawlWatchTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watcher_WithTheKeyAsSubprotocol_GetsEachDocumentAndTheEnd()
    {
        const string key = "0123456789abcdef";
        Assert.True(ApiKeys.TryParse(key, out var keys, out _));
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync(keys);
        server.Http.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url + "docs" })).Expect(200).Text("id");
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(key);

        await socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/v2/crawl/{id}"), Cancellation);
        var messages = await ReadAsync(socket);

        Assert.Equal(key, socket.SubProtocol);
        var types = messages.ToLookup(m => m.GetProperty("type").GetString());
        Assert.Single(types["catchup"]);
        Assert.Equal(4, types["document"].Select(m => SourceOf(m.GetProperty("data"))).Distinct().Count());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal("completed", (await server.GetAsync($"/v2/crawl/{id}")).Text("status"));
    }

    // Browsers let pages open WebSockets to every origin.
    [Fact]
    public async Task Watcher_OfAPageOfAnotherOrigin_IsRefused()
    {
        await using var site = await CompatSite.StartAsync(Docs);
        await using var server = await CompatServer.StartAsync();
        var id = (await server.PostAsync("/v2/crawl", new { url = site.Url + "docs" })).Expect(200).Text("id");
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "https://page.example");

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/v2/crawl/{id}"), Cancellation)
        );

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
        await server.EndAsync($"/v2/crawl/{id}");
    }

    [Fact]
    public async Task Watcher_WithoutKey_IsRefused()
    {
        Assert.True(ApiKeys.TryParse("0123456789abcdef", out var keys, out _));
        await using var server = await CompatServer.StartAsync(keys);
        using var socket = new ClientWebSocket();

        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/v2/crawl/1"), Cancellation)
        );
    }

    // Until the server closes.
    private static async Task<List<JsonElement>> ReadAsync(ClientWebSocket socket)
    {
        var messages = new List<JsonElement>();
        var buffer = new byte[1 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancellation);
                length += part.Count;
            } while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancellation);
                return messages;
            }
            messages.Add(JsonElement.Parse(buffer.AsSpan(0, length)));
        }
    }
}
