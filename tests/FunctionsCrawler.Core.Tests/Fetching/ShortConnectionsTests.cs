using System.Net;
using System.Net.Http;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Which servers are asked to close the connection after their response.</summary>
public sealed class ShortConnectionsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.0", null, true)]
    [InlineData("1.0", "keep-alive", false)]
    [InlineData("1.0", "Keep-Alive, X-Other", false)]
    [InlineData("1.0", "close", true)]
    [InlineData("1.1", null, false)]
    public async Task Send_AfterAResponse_AsksToCloseWhereTheServerWould(
        string version,
        string? connection,
        bool closes
    )
    {
        using var server = new FakeServer(version, connection);
        using var client = new HttpMessageInvoker(new ShortConnections(server));

        await GetAsync(client, "http://one.example/a");
        await GetAsync(client, "http://one.example/b");
        await GetAsync(client, "http://one.example:8080/c");

        Assert.Equal([null, closes ? true : null, null], server.Closes);
    }

    private static async Task GetAsync(HttpMessageInvoker client, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        using var response = await client.SendAsync(request, Cancellation);
    }

    private sealed class FakeServer(string version, string? connection) : HttpMessageHandler
    {
        /// <summary>What each request said about closing.</summary>
        public List<bool?> Closes { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
        {
            Closes.Add(request.Headers.ConnectionClose);
            var response = new HttpResponseMessage(HttpStatusCode.OK) { Version = Version.Parse(version) };
            if (connection is not null)
                response.Headers.TryAddWithoutValidation("Connection", connection);
            return Task.FromResult(response);
        }
    }
}
