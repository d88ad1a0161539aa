using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The contract of <c>crawl serve</c> with files.</summary>
public sealed class FileServerContractTests : CrawlContract
{
    private protected override async Task<ContractClient> ConnectAsync() =>
        new(await Workplace.ServeAsync(Place.Start("serve", "--port", "0", "--allow-private")));

    [Theory]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("GET", "api/nothing", HttpStatusCode.NotFound)]
    [InlineData("PUT", "api/crawls", HttpStatusCode.MethodNotAllowed)]
    public async Task Route_ThatIsNone_IsAProblem(string method, string path, HttpStatusCode status)
    {
        using var http = new HttpClient { BaseAddress = Client.Server };
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
