using System.Reflection;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Http.Tests.Access;

/// <summary>Which requests reach the API, and which response the others get.</summary>
public sealed class AccessTests
{
    private const string Key = "0123456789abcdef";
    private const string Other = "fedcba9876543210";
    private const string KeyHeader = "X-Api-Key: " + Key;

    public static TheoryData<string> Routes =>
        [
            .. typeof(ApiRoutes)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => "/" + ((string)f.GetRawConstantValue()!).Replace("{id}", "a", StringComparison.Ordinal)),
            "/",
            "/api/nothing",
        ];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Route_WithoutValidKey_Unauthorized(string route)
    {
        await using var server = await GuardedServer.StartAsync(WithKeys());

        var none = await server.SendAsync("GET", route);
        var wrong = await server.SendAsync("GET", route, "X-Api-Key: 0123456789abcdeF", "Authorization: Bearer x");
        var inUrl = await server.SendAsync("GET", $"{route}?code={Key}&key={Key}");

        foreach (var reply in new[] { none, inUrl }.Where(_ => route != "/api/health").Append(wrong))
        {
            AssertProblem(401, reply);
            Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task Health_WithoutKey_StatusOnly()
    {
        await using var server = await GuardedServer.StartAsync(WithKeys());

        var withoutKey = await server.SendAsync("GET", "api/health");
        var withKey = await server.SendAsync("GET", "api/health", KeyHeader);

        Assert.Equal((200, """{"status":"ok"}"""), (withoutKey.Status, withoutKey.Body));
        Assert.Equal(GuardedServer.Health.Version, Json(withKey).GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("LocalHost:80", 200)]
    [InlineData("127.0.0.1:7071", 200)]
    [InlineData("[::1]:7071", 200)]
    [InlineData("attacker.example", 421)]
    [InlineData("attacker.example:7071", 421)]
    [InlineData("localhost.attacker.example", 421)]
    [InlineData("127.0.0.1.attacker.example", 421)]
    [InlineData("localhost.", 421)]
    [InlineData("127.0.0.2", 421)]
    [InlineData("[::ffff:7f00:1]", 421)]
    public async Task Host_WithoutKeys_MustBeTheLocalMachine(string host, int status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        foreach (var path in new[] { "api/health", "api/crawls" })
        {
            var reply = await server.SendAsync("GET", path, "Host: " + host);
            Assert.Equal(status, reply.Status);
            if (status != 200)
                AssertProblem(status, reply);
        }
    }

    [Fact]
    public async Task Host_WithKeys_AnyHostButKeyRequired()
    {
        await using var server = await GuardedServer.StartAsync(WithKeys());

        Assert.Equal(200, (await server.SendAsync("GET", "api/crawls", "Host: crawler.example", KeyHeader)).Status);
        Assert.Equal(401, (await server.SendAsync("GET", "api/crawls", "Host: crawler.example")).Status);
    }

    [Theory]
    [InlineData("https://attacker.example", 403)]
    [InlineData("http://localhost:3000", 403)]
    [InlineData("http://localhost", 403)]
    [InlineData("null", 403)]
    [InlineData("file://", 403)]
    [InlineData("http://localhost:7071, https://attacker.example", 403)]
    [InlineData("http://localhost:7071", 404)]
    [InlineData("https://localhost:7071", 404)]
    public async Task Change_FromAnotherOrigin_Rejected(string origin, int status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        foreach (var (method, path) in new[] { ("POST", "api/crawls/a/cancel"), ("DELETE", "api/crawls/a") })
            AssertProblem(status, await server.SendAsync(method, path, "Host: localhost:7071", "Origin: " + origin));
    }

    [Theory]
    [InlineData("OPTIONS", 405)]
    [InlineData("GET", 200)]
    public async Task Page_WithOriginHeader_NoCorsHeaders(string method, int status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        var reply = await server.SendAsync(
            method,
            "api/crawls",
            "Host: localhost:7071",
            "Origin: http://localhost:7071",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type"
        );

        Assert.Equal(status, reply.Status);
        Assert.DoesNotContain(
            reply.Headers.Keys,
            h => h.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase)
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/json-like")]
    public async Task Submit_NotJson_Rejected(string? type)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        AssertProblem(415, await SubmitAsync(server, type));
        // Web pages can send the other content types without a CORS preflight request, but not JSON.
        Assert.Equal(202, (await SubmitAsync(server, "application/json; charset=utf-8")).Status);
    }

    [Fact]
    public async Task Requests_OverTheRate_RejectedPerClient()
    {
        await using var server = await GuardedServer.StartAsync(WithKeys() with { RequestsPerMinute = 3 });

        for (var n = 0; n < 3; n++)
            Assert.Equal(200, (await server.SendAsync("GET", "api/crawls", KeyHeader)).Status);
        var over = await server.SendAsync("GET", "api/crawls", KeyHeader);
        AssertProblem(429, over);
        Assert.InRange(int.Parse(over.Headers["Retry-After"]), 1, 60);
        // The other key, clients without a valid key, and health probes have separate limits.
        Assert.Equal(200, (await server.SendAsync("GET", "api/crawls", "X-Api-Key: " + Other)).Status);
        for (var n = 0; n < 3; n++)
            Assert.Equal(401, (await server.SendAsync("GET", "api/crawls", $"X-Api-Key: guess-number-000{n}")).Status);
        AssertProblem(429, await server.SendAsync("GET", "api/crawls", "X-Api-Key: guess-number-0004"));
        Assert.Equal(200, (await server.SendAsync("GET", "api/health")).Status);
    }

    [Fact]
    public async Task Requests_RateLimitDisabled_NotLimited()
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions { RequestsPerMinute = 0 });

        for (var n = 0; n < 50; n++)
            Assert.Equal(200, (await server.SendAsync("GET", "api/crawls")).Status);
    }

    [Theory]
    [InlineData("api/crawls", 200, KeyHeader)]
    [InlineData("api/health", 200, "Accept: */*")]
    [InlineData("api/openapi.json", 200, KeyHeader)]
    [InlineData("api/crawls", 401, "Accept: */*")]
    [InlineData("api/nothing", 404, KeyHeader)]
    [InlineData("api/crawls?limit=x", 400, KeyHeader)]
    public async Task Response_AnyStatus_HasSecurityHeaders(string path, int status, string header)
    {
        await using var server = await GuardedServer.StartAsync(WithKeys());

        var reply = await server.SendAsync("GET", path, header);

        Assert.Equal(status, reply.Status);
        Assert.Equal("nosniff", reply.Headers["X-Content-Type-Options"]);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", reply.Headers["Content-Security-Policy"]);
        Assert.Equal("no-referrer", reply.Headers["Referrer-Policy"]);
        Assert.Equal("no-store", reply.Headers["Cache-Control"]);
    }

    private static AccessOptions WithKeys()
    {
        Assert.True(ApiKeys.TryParse($"{Key},{Other}", out var keys, out _));
        return new AccessOptions { Keys = keys };
    }

    private static async Task<Reply> SubmitAsync(GuardedServer server, string? type)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/crawls");
        message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"urls":["https://a.example/"]}"""));
        if (type is not null)
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await server.SendAsync(message);
    }

    private static void AssertProblem(int status, Reply reply)
    {
        Assert.Equal((status, "application/problem+json"), (reply.Status, reply.Headers["Content-Type"]));
        Assert.Equal(status, Json(reply).GetProperty("status").GetInt32());
        Assert.NotEqual("", Json(reply).GetProperty("detail").GetString());
    }

    private static JsonElement Json(Reply reply) => JsonDocument.Parse(reply.Body).RootElement;
}
