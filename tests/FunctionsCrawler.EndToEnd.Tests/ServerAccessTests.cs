using System.Net;
using System.Net.Sockets;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Who may use a <c>crawl serve</c>, and from where.</summary>
public sealed class ServerAccessTests : EndToEndTest
{
    private const string Key = "k3y-of-the-server";
    private const string Variable = "CRAWL_API_KEY";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("192.0.2.7", "192.0.2.7")]
    public async Task Listen_WhereOthersAre_NeedsAKey(string given, string named)
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

        Assert.Equal("crawl: --api-key: a key has 6 characters; it takes 16 to 256\n", option.Error);
        Assert.Equal($"crawl: {Variable}: a key has 7 characters; it takes 16 to 256\n", variable.Expect(2).Error);
    }

    [Fact]
    public async Task Server_WithAKey_AnswersWhoNamesIt()
    {
        var server = Place.Start(["serve", "--port", "0"], WithKey("the-key-of-somebody-else," + Key));
        var url = await Workplace.ServeAsync(server);
        using var stranger = new ContractClient(url);
        using var friend = new ContractClient(url, Key);

        foreach (var path in new[] { "api/crawls", "metrics", "api/openapi.json" })
        {
            (await stranger.GetAsync(path)).Expect(HttpStatusCode.Unauthorized);
            (await friend.GetAsync(path)).Expect(HttpStatusCode.OK);
        }
        Assert.Equal("""{"status":"ok"}""", (await stranger.GetAsync("api/health")).Body);
        Assert.Contains("worker", (await friend.GetAsync("api/health")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, server.Out + server.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_NameTheKey()
    {
        var server = (await Workplace.ServeAsync(Place.Start(["serve", "--port", "0"], WithKey(Key)))).AbsoluteUri;
        string[] ask = ["status", "a", "--server", server];

        var none = (await RunAsync(ask)).Expect(1);
        Assert.StartsWith("crawl: the server answered 401: ", none.Error, StringComparison.Ordinal);
        Assert.Contains("CRAWL_API_KEY or --api-key names the key", none.Error, StringComparison.Ordinal);
        var variable = await Place.Start(ask, WithKey(Key + ",the-next-key-of-the-server")).ExitAsync();
        Assert.Contains("There is no crawl 'a'", variable.Expect(1).Error, StringComparison.Ordinal);
        var option = (await RunAsync([.. ask, "--api-key", Key])).Expect(1);
        Assert.Contains("There is no crawl 'a'", option.Error, StringComparison.Ordinal);
        var wrong = (await RunAsync([.. ask, "--api-key", "clé"])).Expect(2);
        Assert.DoesNotContain("clé", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_OverTheRate_AreToldWhenToComeAgain()
    {
        var server = (await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--rate", "1"))).AbsoluteUri;
        string[] ask = ["status", "a", "--server", server];

        (await RunAsync(ask)).Expect(1);
        var over = (await RunAsync(ask)).Expect(1);

        Assert.StartsWith("crawl: the server answered 429: ", over.Error, StringComparison.Ordinal);
        Assert.Matches("Try again in [1-9][0-9]? s", over.Error);
    }

    [Fact]
    public async Task Page_InABrowserOfThisMachine_CanDoNothing()
    {
        var url = await Workplace.ServeAsync(Place.Start("serve", "--port", "0"));
        using var http = new HttpClient { BaseAddress = url };

        // By DNS rebinding the page's own name leads here.
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "api/crawls");
        rebound.Headers.Host = $"attacker.example:{url.Port}";
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await StatusAsync(http, rebound));
        // A form and a fetch without CORS may be sent anywhere.
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
    public async Task Surroundings_ThatConfigureWebServers_ChangeNothing()
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

        // It looks at all addresses that it listens on before it says the one.
        var url = await Workplace.ServeAsync(Place.Start(["serve", "--port", "0"], surroundings));

        Assert.Equal("127.0.0.1", url.Host);
    }

    [Fact]
    public async Task Storage_ThatFails_IsToldWithoutItsPlace()
    {
        var server = Place.Start("serve", "--port", "0", "--storage", "hidden-place");
        using var client = new ContractClient(await Workplace.ServeAsync(server));
        Directory.CreateDirectory(Place.At("hidden-place", "crawls", "a"));
        var blob = Place.At("hidden-place", "crawls", "a", "request.json");
        await File.WriteAllTextAsync(blob, "{ what is this", Cancellation);

        var answer = await client.GetAsync("api/crawls/a");

        var trace = answer.Expect(HttpStatusCode.InternalServerError).Text("traceId");
        await server.UntilAsync(
            () => server.Out.Contains($"(trace {trace})", StringComparison.Ordinal),
            "its log tells more"
        );
        Assert.DoesNotContain("hidden-place", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_ThatNeverEndsItsHeaders_IsCutOff()
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
