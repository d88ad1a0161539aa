using System.Text;
using FunctionsCrawler.Http.Tests.Compat;

namespace FunctionsCrawler.Http.Tests.Mcp;

/// <summary>The tools about crawls.</summary>
public sealed class McpCrawlTests : McpTestBase
{
    [Fact]
    public async Task Crawl_Site_StatusReturnsItsPages()
    {
        await using var site = await CompatSite.StartAsync(CompatSite.Docs);
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var started = TextOf(
            await CallAsync(client, "crawl", ("url", site.Url + "docs"), ("limit", 10), ("exclude", new[] { "/blog" }))
        );
        var text = await ReadAsync(client, IdOf(started));

        Assert.Contains("completed, 100% done", text, StringComparison.Ordinal);
        Assert.Contains($"\nURL: {site.Url}docs/a\n", text, StringComparison.Ordinal);
        Assert.Contains("Some text that stands on the page.", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"\nURL: {site.Url}blog\n", text, StringComparison.Ordinal);
        Assert.Contains("\nError: http_4xx: ", text, StringComparison.Ordinal);
        var again = await CallAsync(client, "crawl_cancel", ("id", IdOf(started)));
        Assert.StartsWith("already_ended: ", ErrorOf(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crawl_DepthZero_OnlyTheStartPage()
    {
        await using var site = await CompatSite.StartAsync(CompatSite.Docs);
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var started = TextOf(await CallAsync(client, "crawl", ("url", site.Url + "docs"), ("depth", 0)));
        var text = await ReadAsync(client, IdOf(started));

        Assert.Equal(2, text.Split("\nURL: ").Length);
    }

    [Fact]
    public async Task CrawlStatus_PagesOfMoreThan100Kilobytes_ComeInPartsAndEachOnce()
    {
        await using var site = await CompatSite.StartAsync();
        // One page that has to be divided, and two of which only one fits beside another.
        site.Add("/", CompatSite.Html("/a.txt", "/b.txt", "/c.txt"));
        site.Add("/a.txt", Lines("a", 2500));
        site.Add("/b.txt", Lines("b", 700));
        site.Add("/c.txt", Lines("c", 700));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var started = TextOf(await CallAsync(client, "crawl", ("url", site.Url)));
        var text = await ReadAsync(client, IdOf(started));

        foreach (var (name, count) in new[] { ("a", 2500), ("b", 700), ("c", 700) })
            for (var n = 0; n < count; n++)
                Assert.Equal(2, text.Split($"Line {name}{n} ").Length);
    }

    [Fact]
    public async Task CrawlCancel_RunningCrawl_EndsIt()
    {
        await using var site = await CompatSite.StartAsync(("/docs", CompatSite.Html("/slow")));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);
        var id = IdOf(TextOf(await CallAsync(client, "crawl", ("url", site.Url + "docs"))));
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var running = TextOf(await CallAsync(client, "crawl_status", ("id", id)));

        TextOf(await CallAsync(client, "crawl_cancel", ("id", id)));
        var text = await ReadAsync(client, id);

        Assert.Contains(": running, ", running, StringComparison.Ordinal);
        Assert.Contains("For further pages, make the same call", running, StringComparison.Ordinal);
        Assert.Contains(": cancelled, ", text, StringComparison.Ordinal);
        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
    }

    private static string Lines(string name, int count) =>
        string.Join(
            "\n\n",
            Enumerable
                .Range(0, count)
                .Select(n => $"Line {name}{n} is one of many lines, and all of them are different.")
        );

    private static string IdOf(string started) => started.Split('\n')[0]["id: ".Length..];

    // All results joined without what was cut between them, as an agent reads them.
    private static async Task<string> ReadAsync(ModelContextProtocol.Client.McpClient client, string id)
    {
        var whole = new StringBuilder();
        string? after = null;
        while (true)
        {
            (string, object?)[] more = after is null ? [] : [("after", after)];
            var result = await CallAsync(client, "crawl_status", [("id", id), .. more]);
            var text = TextOf(result);
            whole.Append(text[..text.LastIndexOf("\n[", StringComparison.Ordinal)]);
            if (text.EndsWith("\n[There are no more pages.]", StringComparison.Ordinal))
                return whole.ToString();
            after = AfterOf(result) ?? after;
            await Task.Delay(30, Cancellation);
        }
    }
}
