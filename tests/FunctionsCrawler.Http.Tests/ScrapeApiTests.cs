using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Tests.Access;

namespace FunctionsCrawler.Http.Tests;

/// <summary>What POST /api/scrape and POST /api/map answer when they do not visit a page.</summary>
public sealed class ScrapeApiTests
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scrape_WaitingLineFull_IsTooManyRequestsWithRetryAfter()
    {
        // Accepts connections and never responds.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new CrawlerOptions
        {
            AllowPrivate = true,
            MaxRunningScrapes = 1,
            MaxWaitingScrapes = 0,
        };
        await using var server = await GuardedServer.StartAsync(new AccessOptions(), crawler: options);
        using var leaving = new CancellationTokenSource();
        var body = JsonSerializer.Serialize(
            new
            {
                url = $"http://{silent.LocalEndpoint}/",
                render = "never",
                respectRobots = false,
            }
        );
        var first = PostAsync(server, body, leaving.Token);
        using var connection = await silent.AcceptTcpClientAsync(Cancellation).AsTask().WaitAsync(Guard, Cancellation);

        using var refused = await PostAsync(server, body, Cancellation).WaitAsync(Guard, Cancellation);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Theory]
    [InlineData("text/plain", """{"url":"https://a.example/"}""", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "[]", HttpStatusCode.BadRequest)]
    [InlineData("application/json", """{"url":"https://a.example/","formats":[]}""", HttpStatusCode.BadRequest)]
    [InlineData(
        "application/json",
        """{"url":"https://a.example/","render":"never","formats":["screenshot"]}""",
        HttpStatusCode.BadRequest
    )]
    public async Task Scrape_InvalidBody_IsRefused(string type, string body, HttpStatusCode status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        using var answer = await PostAsync(server, body, Cancellation, type);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("api/scrape")]
    [InlineData("api/map")]
    public async Task Post_NoMemoryLeft_IsUnavailableAndReported(string path)
    {
        // Less than any process uses.
        var options = new CrawlerOptions { MemoryBytes = 1 << 20 };
        await using var server = await GuardedServer.StartAsync(new AccessOptions(), crawler: options);

        using var answer = await PostAsync(server, """{"url":"https://a.example/"}""", Cancellation, path: path);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        await server.Exhausted.WaitAsync(Guard, Cancellation);
    }

    private static Task<HttpResponseMessage> PostAsync(
        GuardedServer server,
        string body,
        CancellationToken cancellationToken,
        string type = "application/json",
        string path = "api/scrape"
    ) =>
        server.Http.PostAsync(
            new Uri(server.Http.BaseAddress!, path),
            new StringContent(body, Encoding.UTF8, type),
            cancellationToken
        );
}
