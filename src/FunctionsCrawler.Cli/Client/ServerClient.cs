using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Http;

namespace FunctionsCrawler.Cli.Client;

/// <summary>A client of the HTTP contract.</summary>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>The URL of the server, for messages.</summary>
    public string Server => _http.BaseAddress!.AbsoluteUri.TrimEnd('/');

    public ServerClient(Uri server, string? key)
    {
        _http = new HttpClient { BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/") };
        if (key is not null)
            // Both hosts accept this header, and Authorization stays free for a proxy in front of them.
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    /// <summary>Submits a crawl request.</summary>
    /// <param name="request">The request as JSON.</param>
    /// <param name="id">The id of the crawl; null if the server chooses it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
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

    public Task<CrawlStatus> ShowAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, Crawl(id)), ApiJson.Default.CrawlStatus, cancellationToken);

    /// <summary>The summary of an ended crawl.</summary>
    public Task<CrawlSummary> SummarizeAsync(string id, CancellationToken cancellationToken) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Crawl(id) + "/summary"),
            CrawlJson.Default.CrawlSummary,
            cancellationToken
        );

    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Post, Crawl(id) + "/cancel"),
            cancellationToken
        );
    }

    /// <summary>Copies the records of a crawl after a cursor as NDJSON.</summary>
    public async Task CopyPagesAsync(string id, string? after, Stream target, CancellationToken cancellationToken)
    {
        var query = after is null ? "" : "?after=" + Uri.EscapeDataString(after);
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Crawl(id) + "/pages" + query),
            cancellationToken
        );
        await answer.Content.CopyToAsync(target, cancellationToken);
    }

    /// <summary>Reads the records of a crawl, in stored order.</summary>
    public async IAsyncEnumerable<PageRecord> ReadPagesAsync(
        string id,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Crawl(id) + "/pages"),
            cancellationToken
        );
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
            yield return JsonSerializer.Deserialize(line, CrawlJson.Default.PageRecord)
                ?? throw new JsonException("a record is null");
    }

    /// <summary>Copies the archive of a crawl that has ended.</summary>
    /// <param name="id">The id of the crawl.</param>
    /// <param name="format">wacz or warc.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task CopyArchiveAsync(string id, string format, Stream target, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            new HttpRequestMessage(HttpMethod.Get, $"{Crawl(id)}/archive?format={format}"),
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
            var answer = await AskAsync(message, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return answer;
            using (answer)
                throw new RefusedException(await DescribeAsync(answer, cancellationToken));
        }
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            throw new RefusedException(
                $"no server answers at {Server} ({e.Message}); start one with 'crawl serve' or name another with --server"
            );
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
            sentences.Add("Set CRAWL_API_KEY or --api-key to the key.");
        if (answer.Headers.RetryAfter?.Delta is { } wait)
            sentences.Add($"Try again in {wait.TotalSeconds} s.");
        var status = $"the server answered {(int)answer.StatusCode}";
        return sentences.Count == 0 ? status : $"{status}: {string.Join(' ', sentences)}";
    }
}

/// <summary>The server rejected a call or cannot be reached; the message says why.</summary>
internal sealed class RefusedException(string message) : Exception(message);
