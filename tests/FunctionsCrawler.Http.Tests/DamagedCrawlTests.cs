using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Tests.Access;

namespace FunctionsCrawler.Http.Tests;

/// <summary>A crawl whose stored files are damaged neither hides other crawls nor makes the server answer 500.</summary>
public sealed class DamagedCrawlTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("damaged-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("request.json", "{\"request\":{\"ur", "Damaged", 200)]
    [InlineData("request.json", "", "Damaged", 200)]
    [InlineData("summary.json", "{\"id\":", "Accepted", 202)]
    [InlineData("summary.json", "", "Accepted", 202)]
    [InlineData("waves/0000/plan.json", "{}", "Accepted", 202)]
    public async Task Server_DamagedFile_AnswersAndSaysWhy(string file, string content, string state, int status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions(), blobs: new FileBlobStore(_folder));
        foreach (var id in new[] { "good", "bad" })
            await server.Crawls.AcceptAsync(id, new CrawlRequest { Urls = ["https://example.com/"] }, Cancellation);
        var path = Path.Combine(_folder, "crawls", "bad", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content, Cancellation);

        var list = await server.SendAsync("GET", "/api/crawls");
        var shown = await server.SendAsync("GET", "/api/crawls/bad");
        var pages = await server.SendAsync("GET", "/api/crawls/bad/pages");
        var summary = await server.SendAsync("GET", "/api/crawls/bad/summary");

        Assert.Equal((200, status, 200, 404), (list.Status, shown.Status, pages.Status, summary.Status));
        var items = JsonElement.Parse(list.Body).GetProperty("items").EnumerateArray();
        Assert.Equal(
            [("bad", state), ("good", "Accepted")],
            items.Select(i => (i.GetProperty("id").GetString()!, i.GetProperty("state").GetString()!))
        );
        Assert.Equal(
            state == "Damaged",
            shown.Body.Contains("\"reason\":\"the blob crawls/bad/request.json is damaged")
        );
        Assert.Equal(state != "Damaged", shown.Body.Contains("\"mode\""));
        if (state == "Damaged")
            Assert.Equal(204, (await server.SendAsync("DELETE", "/api/crawls/bad")).Status);
        Assert.Empty(server.Log);
    }
}
