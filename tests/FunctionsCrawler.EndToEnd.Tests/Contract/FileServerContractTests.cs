using System.Net;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract against <c>crawl serve</c> with a storage folder; all tests share one server.</summary>
public sealed class FileServerContractTests(FileServerContractTests.Server server)
    : CrawlContract,
        IClassFixture<FileServerContractTests.Server>
{
    private protected override Task<ContractClient> ConnectAsync() => Task.FromResult(new ContractClient(server.Url));

    [Theory]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "api/crawls", HttpStatusCode.MethodNotAllowed)]
    public async Task Route_Unknown_AnswersWithAProblem(string method, string path, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = Client.Server };
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    public sealed class Server() : ContractServer(fault: null);
}
