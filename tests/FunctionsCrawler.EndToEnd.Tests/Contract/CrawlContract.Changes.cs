using System.Net;
using System.Text.Json;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of GET /api/crawls/{id}/changes, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    public async Task Changes_CrawlOfFewerPages_ListsUnchangedAndRemovedPages()
    {
        await using var site = await TreeSite.StartAsync(7);
        var earlier = await CrawlAsync(maxDepth: 2, since: null);
        var later = await CrawlAsync(maxDepth: 1, earlier);

        var answer = (await Client.GetAsync($"api/crawls/{later}/changes")).Expect(HttpStatusCode.OK);

        Assert.Equal("application/x-ndjson", answer.ContentType);
        var changes = answer
            .Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(change => $"{change.GetProperty("change").GetString()} {PathOf(change)}");
        Assert.Equal(
            [
                "removed /p/4",
                "removed /p/5",
                "removed /p/6",
                "unchanged /p/0",
                "unchanged /p/1",
                "unchanged /p/2",
                "unchanged /p/3",
            ],
            changes.Order(StringComparer.Ordinal)
        );
        (await Client.GetAsync($"api/crawls/{earlier}/changes")).Expect(HttpStatusCode.BadRequest);
        (await Client.GetAsync($"api/crawls/{earlier}/changes?since=none")).Expect(HttpStatusCode.NotFound);
        (await Client.GetAsync("api/crawls/none/changes")).Expect(HttpStatusCode.NotFound);

        async Task<string> CrawlAsync(int maxDepth, string? since)
        {
            var id = await Client.AcceptAsync(
                new
                {
                    urls = new[] { site.Url + "p/0" },
                    mode = "recursive",
                    render = "never",
                    maxDepth,
                    since,
                }
            );
            await Client.EndAsync(id);
            return id;
        }

        static string PathOf(JsonElement change) => new Uri(change.GetProperty("url").GetString()!).AbsolutePath;
    }
}
