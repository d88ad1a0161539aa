using System.Net;
using System.Net.Sockets;
using System.Text;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Access control of <c>crawl serve</c>: addresses, keys, rate limits, web pages and hostile clients.</summary>
public sealed class ServerAccessTests : EndToEndTest
{
    private const string Key = "k3y-of-the-server";
    private const string Variable = "CRAWL_API_KEY";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    public async Task Listen_NonLoopbackAddress_NeedsAKey(string given, string named)
    {
        var refused = (await RunAsync("serve", "--port", "0", "--listen", given)).Expect(2);

        Assert.StartsWith($"crawl: --listen is '{named}', ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(Variable, refused.Error, StringComparison.Ordinal);
        Assert.Empty(Place.Entries());
    }

    [Fact]
    public async Task Key_TooShort_IsRefusedAndNotShown()
    {
        var option = (await RunAsync("serve", "--port", "0", "--api-key", "s3cret")).Expect(2);
        var variable = await Place.Start(["serve", "--port", "0"], WithKey("another,s3cret")).ExitAsync();

        Assert.Equal("crawl: --api-key: a key has 6 characters; 16 to 256 are allowed\n", option.Error);
        Assert.Equal($"crawl: {Variable}: a key has 7 characters; 16 to 256 are allowed\n", variable.Expect(2).Error);
    }

    [Fact]
    public async Task Server_WithAKey_AnswersOnlyRequestsWithTheKey()
    {
        var server = Place.Start(["serve", "--port", "0"], WithKey("the-key-of-another-client," + Key));
        var url = await Workplace.ServeAsync(server);
        using var withoutKey = new ContractClient(url);
        using var withKey = new ContractClient(url, Key);

        foreach (var path in new[] { "api/crawls", "metrics", "api/openapi.json" })
        {
            (await withoutKey.GetAsync(path)).Expect(HttpStatusCode.Unauthorized);
            (await withKey.GetAsync(path)).Expect(HttpStatusCode.OK);
        }
        Assert.Equal("""{"status":"ok"}""", (await withoutKey.GetAsync("api/health")).Body);
        Assert.Contains("worker", (await withKey.GetAsync("api/health")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, server.Out + server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_KeyFromOptionOrVariable_IsSent()
    {
        var server = (await Workplace.ServeAsync(Place.Start(["serve", "--port", "0"], WithKey(Key)))).AbsoluteUri;
        string[] status = ["status", "a", "--server", server];

        var none = (await RunAsync(status)).Expect(1);
        Assert.StartsWith("crawl: the server answered 401: ", none.Error, StringComparison.Ordinal);
        Assert.Contains("Set CRAWL_API_KEY or --api-key to the key", none.Error, StringComparison.Ordinal);
        var variable = await Place.Start(status, WithKey(Key + ",the-next-key-of-the-server")).ExitAsync();
        Assert.Contains("There is no crawl 'a'", variable.Expect(1).Error, StringComparison.Ordinal);
        var option = (await RunAsync([.. status, "--api-key", Key])).Expect(1);
        Assert.Contains("There is no crawl 'a'", option.Error, StringComparison.Ordinal);
        var wrong = (await RunAsync([.. status, "--api-key", "clé"])).Expect(2);
        Assert.DoesNotContain("clé", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_OverTheRateLimit_ReportWhenToRetry()
    {
        var server = (await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--rate", "1"))).AbsoluteUri;
        string[] status = ["status", "a", "--server", server];

        (await RunAsync(status)).Expect(1);
        var over = (await RunAsync(status)).Expect(1);

        Assert.StartsWith("crawl: the server answered 429: ", over.Error, StringComparison.Ordinal);
        Assert.Matches("Try again in [1-9][0-9]? s", over.Error);
    }

    [Fact]
    public async Task WebPage_InABrowserOnThisMachine_IsRejected()
    {
        var url = await Workplace.ServeAsync(Place.Start("serve", "--port", "0"));
        using var http = new HttpClient { BaseAddress = url };

        // With DNS rebinding, the host name of the page resolves to this server.
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "api/crawls");
        rebound.Headers.Host = $"attacker.example:{url.Port}";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(http, rebound));
        // Browsers send forms and no-cors requests to any origin.
        foreach (var origin in new[] { "https://attacker.example", null })
        {
            using var form = new HttpRequestMessage(HttpMethod.Post, "api/crawls");
            form.Content = new StringContent("""{"urls":["https://a.example/"]}""", Encoding.UTF8, "text/plain");
            if (origin is not null)
                form.Headers.Add("Origin", origin);
            Assert.Equal(
                origin is null ? HttpStatusCode.UnsupportedMediaType : HttpStatusCode.Forbidden,
                await StatusAsync(http, form)
            );
        }
        using var list = new HttpRequestMessage(HttpMethod.Get, "api/crawls");
        using var answer = await http.SendAsync(list, Cancellation);
        Assert.Equal("""{"items":[]}""", await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task WebServerSettings_OfTheEnvironment_AreIgnored()
    {
        await File.WriteAllTextAsync(
            Place.At("appsettings.json"),
            """{"Kestrel":{"Endpoints":{"Other":{"Url":"http://0.0.0.0:0"}}}}""",
            Cancellation
        );
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = "http://0.0.0.0:0",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["Kestrel__Endpoints__Other__Url"] = "http://0.0.0.0:0",
            },
        };

        // The server fails at startup if it listens on more than one address.
        var url = await Workplace.ServeAsync(Place.Start(["serve", "--port", "0"], surroundings));

        Assert.Equal("127.0.0.1", url.Host);
    }

    [Fact]
    public async Task Storage_DamagedBlob_IsReportedWithoutInternalDetails()
    {
        var server = Place.Start("serve", "--port", "0", "--storage", "hidden-place");
        using var client = new ContractClient(await Workplace.ServeAsync(server));
        var entry = new CrawlEntry("a", TimeProvider.System.GetUtcNow()).Name;
        foreach (
            var (name, content) in new[] { ("crawls/a/request.json", "{ what is this"), ($"index/all/{entry}", "{}") }
        )
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Place.At("hidden-place", name))!);
            await File.WriteAllTextAsync(Place.At("hidden-place", name), content, Cancellation);
        }

        var answer = (await client.GetAsync("api/crawls/a")).Expect(HttpStatusCode.OK);

        Assert.Equal("Damaged", answer.Text("state"));
        Assert.Contains("crawls/a/request.json", answer.Text("reason"), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-place", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_IncompleteHeaders_IsDisconnected()
    {
        var url = await Workplace.ServeAsync(Place.Start("serve", "--port", "0"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, url.Port, Cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /api/health HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray(), Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(1));

        var answer = await new StreamReader(stream).ReadToEndAsync(patience.Token);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    private static Surroundings WithKey(string keys) =>
        new() { Environment = new Dictionary<string, string> { [Variable] = keys } };

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, HttpRequestMessage message)
    {
        using var answer = await http.SendAsync(message, Cancellation);
        return answer.StatusCode;
    }
}
