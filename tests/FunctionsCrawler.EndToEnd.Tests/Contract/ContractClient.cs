using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>A client of the HTTP contract that uses plain HTTP and JSON. Of the program's own types it uses only the records.</summary>
internal sealed class ContractClient(Uri server, string? key = null) : IDisposable
{
    // Only a crawl that hangs reaches it; see CrawlProcess.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HttpClient _http = Connect(server, key);

    public Uri Server => server;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>The bytes of a file, which must exist.</summary>
    public Task<byte[]> DownloadAsync(string path) => _http.GetByteArrayAsync(path, Cancellation);

    public Task<Answer> PostAsync(string path) => SendAsync(HttpMethod.Post, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> SubmitAsync(object request, string? id = null) =>
        SubmitAsync(JsonSerializer.SerializeToUtf8Bytes(request), id);

    public Task<Answer> SubmitAsync(string json, string? id = null) => SubmitAsync(Encoding.UTF8.GetBytes(json), id);

    public async Task<Answer> SubmitAsync(byte[] body, string? id = null, string type = "application/json")
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/crawls")
        {
            Content = new ByteArrayContent(body),
        };
        message.Content.Headers.ContentType = new(type);
        if (id is not null)
            message.Headers.Add("Idempotency-Key", id);
        return await SendAsync(message);
    }

    public Task<Answer> ScrapeAsync(object request, CancellationToken? disconnect = null) =>
        ScrapeAsync(JsonSerializer.Serialize(request), disconnect);

    public async Task<Answer> ScrapeAsync(string json, CancellationToken? disconnect = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/scrape")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        return await SendAsync(message, disconnect ?? Cancellation);
    }

    public async Task<Answer> MapAsync(object request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "api/map")
        {
            Content = new StringContent(JsonSerializer.Serialize(request), Encoding.UTF8, "application/json"),
        };
        return await SendAsync(message, Cancellation);
    }

    /// <summary>Submits a crawl and asserts that it is accepted.</summary>
    /// <returns>The id of the crawl.</returns>
    public async Task<string> AcceptAsync(object request, string? id = null)
    {
        var answer = (await SubmitAsync(request, id)).Expect(HttpStatusCode.Accepted);
        return answer.Json.GetProperty("id").GetString()!;
    }

    /// <summary>Waits until a crawl has ended.</summary>
    /// <returns>The final status.</returns>
    public async Task<Answer> EndAsync(string id) => await UntilAsync(id, status => status.Status == HttpStatusCode.OK);

    /// <summary>Polls the status of a crawl until a condition is met.</summary>
    public async Task<Answer> UntilAsync(string id, Func<Answer, bool> condition)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = await GetAsync($"api/crawls/{id}");
            if (condition(status))
                return status;
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < Patience,
                $"The condition was not met in time; crawl {id} is {status.Body}"
            );
            await Task.Delay(50, Cancellation);
        }
    }

    /// <summary>The records of a crawl after a cursor.</summary>
    public async Task<List<PageRecord>> PagesAsync(string id, string? after = null)
    {
        var answer = await GetAsync($"api/crawls/{id}/pages" + (after is null ? "" : $"?after={after}"));
        answer.Expect(HttpStatusCode.OK);
        Assert.Equal("application/x-ndjson", answer.ContentType);
        Assert.True(answer.Body.Length == 0 || answer.Body.EndsWith('\n'));
        return
        [
            .. answer
                .Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize(line, CrawlJson.Default.PageRecord)!),
        ];
    }

    /// <summary>The summary of an ended crawl.</summary>
    public async Task<CrawlSummary> SummaryAsync(string id)
    {
        var answer = (await GetAsync($"api/crawls/{id}/summary")).Expect(HttpStatusCode.OK);
        return JsonSerializer.Deserialize(answer.Body, CrawlJson.Default.CrawlSummary)!;
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient Connect(Uri server, string? key)
    {
        var http = new HttpClient { BaseAddress = server, Timeout = Patience };
        if (key is not null)
            http.DefaultRequestHeaders.Add("x-functions-key", key);
        return http;
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path)
    {
        using var message = new HttpRequestMessage(method, path);
        return await SendAsync(message);
    }

    private Task<Answer> SendAsync(HttpRequestMessage message) => SendAsync(message, Cancellation);

    private async Task<Answer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(message, cancellationToken);
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Location,
            response.Headers.RetryAfter is not null,
            await response.Content.ReadAsStringAsync(Cancellation)
        );
    }
}

/// <summary>A response of the server.</summary>
internal sealed record Answer(HttpStatusCode Status, string? ContentType, Uri? Location, bool RetryAfter, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A text property of the body.</summary>
    public string? Text(string property) => Json.GetProperty(property).GetString();

    /// <summary>Asserts the status, and that an error has problem details.</summary>
    public Answer Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"The status is {(int)Status}, not {(int)status}: {Body}");
        if ((int)status >= 400)
        {
            Assert.Equal("application/problem+json", ContentType);
            Assert.Equal((int)status, Json.GetProperty("status").GetInt32());
            Assert.NotEqual("", Text("detail"));
        }
        return this;
    }
}
