using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Http;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Client;

/// <summary>Speaks the HTTP contract as a client.</summary>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpClient _http;

    public ServerClient(Uri server, string? key)
    {
        _http = new HttpClient { BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/") };
        if (key is not null)
            // Both hosts know it, and it leaves Authorization to whoever stands before them.
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Asks for a crawl.</summary>
    /// <param name="request">JSON, as the server is to read it.</param>
    /// <param name="id">The crawl's id; null leaves it to the server.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    public Task<AcceptedCrawl> SubmitAsync(byte[] request, string? id, CancellationToken cancellationToken)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, ApiRoutes.Crawls)
        {
            Content = new ByteArrayContent(request),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (id is not null)
            message.Headers.Add("Idempotency-Key", id);
        return SendAsync(message, ApiJson.Default.AcceptedCrawl, cancellationToken);
    }

    /// <summary>How a crawl stands.</summary>
    public Task<CrawlStatus> ShowAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, Crawl(id)), ApiJson.Default.CrawlStatus, cancellationToken);

    /// <summary>The summary of a crawl that has ended.</summary>
    public Task<CrawlSummary> SummarizeAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Crawl(id) + "/summary"),
            CrawlJson.Default.CrawlSummary,
            cancellationToken
        );

    /// <summary>Cancels a crawl.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Crawl(id) + "/cancel"),
            cancellationToken
        );
    }

    /// <summary>Copies the records of a crawl, as lines of JSON.</summary>
    public async Task CopyPagesAsync(string id, string? after, Stream target, CancellationToken cancellationToken)
    {
        var query = after is null ? "" : "?after=" + Uri.EscapeDataString(after);
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Crawl(id) + "/pages" + query),
            cancellationToken
        );
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string Crawl(string id) => $"{ApiRoutes.Crawls}/{Uri.EscapeDataString(id)}";

    private async Task<T> SendAsync<T>(
        HttpRequestMessage message,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
    {
        using var answer = await SendAsync(message, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(body, type, cancellationToken)
            ?? throw new HttpRequestException("the server answered with null");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using (message)
        {
            var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw new RefusedException(await DescribeAsync(answer, cancellationToken));
        }
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var sentences = new List<string>();
        if (answer.Content.Headers.ContentType?.MediaType is "application/problem+json")
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var problem = JsonSerializer.Deserialize(body, ApiJson.Default.Problem)!;
            sentences.Add(problem.Detail);
            sentences.AddRange(
                problem.Errors?.Select(e => e.Field.Length > 0 ? $"{e.Field}: {e.Detail}" : e.Detail) ?? []
            );
            if (problem.TraceId is { } trace)
                sentences.Add($"(trace {trace})");
        }
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            sentences.Add("CRAWL_API_KEY or --api-key names the key.");
        if (answer.Headers.RetryAfter?.Delta is { } wait)
            sentences.Add($"Try again in {wait.TotalSeconds} s.");
        var status = $"the server answered {(int)answer.StatusCode}";
        return sentences.Count == 0 ? status : $"{status}: {string.Join(' ', sentences)}";
    }
}

/// <summary>The server understood and refused; the message says why.</summary>
internal sealed class RefusedException(string message) : Exception(message);
