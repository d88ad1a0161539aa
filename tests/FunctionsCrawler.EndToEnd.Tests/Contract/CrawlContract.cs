using System.Net;
using System.Text.Json;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of the HTTP contract, which every host must pass.</summary>
public abstract partial class CrawlContract : EndToEndTest
{
    private const int Pages = 30;

    private protected ContractClient Client { get; private set; } = null!;

    /// <summary>Whether the health endpoint reports more than that the host is alive.</summary>
    private protected virtual bool ReportsDetails => true;

    /// <summary>Starts a host or connects to a running one.</summary>
    private protected abstract Task<ContractClient> ConnectAsync();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        try
        {
            Client = await ConnectAsync();
        }
        catch
        {
            // xunit does not dispose a test that fails or is skipped in InitializeAsync.
            await DisposeAsync();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Submit_ValidRequest_IsAcceptedAndCompletes()
    {
        await using var site = await TreeSite.StartAsync(Pages);

        var accepted = (await Client.SubmitAsync(Request(site))).Expect(HttpStatusCode.Accepted);
        var id = accepted.Text("id")!;
        Assert.Equal(accepted.Text("statusUrl"), accepted.Location!.AbsoluteUri);
        (await Client.GetAsync(accepted.Text("statusUrl")!)).Json.GetProperty("createdAt").GetDateTimeOffset();
        var ended = await Client.EndAsync(id);

        Assert.Equal("Completed", ended.Text("state"));
        Assert.Equal("recursive", ended.Text("mode"));
        Assert.Equal(Pages, ended.Json.GetProperty("progress").GetProperty("succeeded").GetInt32());
        Assert.Equal(0, ended.Json.GetProperty("progress").GetProperty("queued").GetInt32());
        var records = await Client.PagesAsync(id);
        Assert.Equal(
            TreeSite.Paths(Pages),
            records.Select(r => CrawlOutput.PathOf(r.Url)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(Pages, (await Client.SummaryAsync(id)).Pages.Succeeded);
        (await Client.GetAsync(accepted.Text("pagesUrl")!)).Expect(HttpStatusCode.OK);
        (await Client.PostAsync(accepted.Text("cancelUrl")!)).Expect(HttpStatusCode.Conflict);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Submit_PagesToRender_AreRenderedAndNothingIsLeft()
    {
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(Pages);

        var id = await Client.AcceptAsync(
            new
            {
                urls = new[] { site.Url + "p/0" },
                mode = "recursive",
                maxDepth = 1,
                render = "always",
            }
        );
        await Client.EndAsync(id);

        var summary = await Client.SummaryAsync(id);
        Assert.Equal(4, summary.Pages.Succeeded);
        Assert.Equal(1, summary.RenderedShare);
        Assert.True(summary.Browsers.Launches > 0);
        Assert.Equal(0, summary.Browsers.Residue);
    }

    [Fact]
    public async Task Submit_EightAtOnceWithOneKey_RunOneCrawlOnce()
    {
        await using var site = await TreeSite.StartAsync(Pages);
        var key = NewId();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Client.SubmitAsync(Request(site), key)));
        // Before the wait: a crawl that was not accepted never ends.
        Assert.All(answers, a => Assert.Equal(key, a.Expect(HttpStatusCode.Accepted).Text("id")));
        await Client.EndAsync(key);
        var again = await Client.SubmitAsync(Request(site), key);

        Assert.Equal(key, again.Expect(HttpStatusCode.Accepted).Text("id"));
        Assert.Equal("Completed", (await Client.EndAsync(key)).Text("state"));
        Assert.Equal(Pages, site.Log.Count(l => l.Path.StartsWith("/p/", StringComparison.Ordinal)));
        Assert.Single(await ListedAsync(), key);
    }

    [Fact]
    public async Task Submit_SameKeyWithAnotherRequest_IsAConflict()
    {
        await using var site = await TreeSite.StartAsync(1);
        var key = await Client.AcceptAsync(Request(site), NewId());

        (await Client.SubmitAsync(Request(site, maxPages: 7), key)).Expect(HttpStatusCode.Conflict);
        // Omitting a field is the same as sending its default.
        var withDefaults = new
        {
            mode = "recursive",
            urls = new[] { site.Url + "p/0" },
            maxDepth = 20,
            maxPages = 1000,
            scope = "host",
            render = "never",
        };
        (await Client.SubmitAsync(withDefaults, key)).Expect(HttpStatusCode.Accepted);
        await Client.EndAsync(key);
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    [InlineData("""{"urls":[]}""", "urls")]
    [InlineData("""{"urls":["ftp://a.example/"]}""", "urls[0]")]
    [InlineData("""{"urls":["https://a.example/",5]}""", "urls[1]")]
    [InlineData("""{"urls":["https://a.example/"],"mode":"fast"}""", "mode")]
    [InlineData("""{"urls":["https://a.example/"],"maxDepth":-1}""", "maxDepth")]
    [InlineData("""{"urls":["https://a.example/"],"maxDepth":1.5}""", "maxDepth")]
    [InlineData("""{"urls":["https://a.example/"],"page":{"timeoutSeconds":"30"}}""", "page.timeoutSeconds")]
    [InlineData("""{"urls":["https://a.example/"],"hooks":"import os"}""", "hooks")]
    [InlineData("""{"urls":["https://a.example/"],"urls":["https://b.example/"]}""", "urls")]
    public async Task Submit_InvalidField_NamesTheField(string body, string field)
    {
        var answer = (await Client.SubmitAsync(body)).Expect(HttpStatusCode.BadRequest);

        Assert.Equal([field], Fields(answer));
    }

    [Fact]
    public async Task Submit_ManyInvalidFields_NamesAllOfThem()
    {
        const string body = """
            {"urls":["https://a.example/","nonsense",7],"maxPages":0,"concurrency":"many","render":"perhaps",
             "dispatcher":{"kind":"fixed","speed":9},"include":"**","page":null,"colour":"red"}
            """;
        var answer = (await Client.SubmitAsync(body)).Expect(HttpStatusCode.BadRequest);

        Assert.Equal(
            [
                "colour",
                "concurrency",
                "dispatcher.speed",
                "include",
                "maxPages",
                "page",
                "render",
                "urls[1]",
                "urls[2]",
            ],
            Fields(answer).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Submit_TooManyUrls_IsRefused()
    {
        var urls = Enumerable.Range(0, 10_001).Select(n => $"https://a.example/{n}");
        var answer = (await Client.SubmitAsync(new { urls })).Expect(HttpStatusCode.BadRequest);

        Assert.Contains("10,001", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(40)]
    public async Task Submit_BodyTooLarge_IsRejected(int megabytes)
    {
        var body = new byte[megabytes << 20];
        body.AsSpan().Fill((byte)' ');
        try
        {
            (await Client.SubmitAsync(body)).Expect(HttpStatusCode.RequestEntityTooLarge);
        }
        catch (HttpRequestException) when (megabytes > 16)
        {
            // The server does not read so large a body to the end; the connection may close before the client sees the response.
        }
        (await Client.GetAsync("api/health")).Expect(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Submit_OtherContentType_IsRefused(string type) =>
        (await Client.SubmitAsync("""{"urls":["https://a.example/"]}"""u8.ToArray(), type: type)).Expect(
            HttpStatusCode.UnsupportedMediaType
        );

    [Theory]
    [InlineData("Upper")]
    [InlineData("a_b")]
    [InlineData("-a")]
    public async Task Submit_KeyThatIsNotAValidId_IsRefused(string key) =>
        (await Client.SubmitAsync(new { urls = new[] { "https://a.example/" } }, key)).Expect(
            HttpStatusCode.BadRequest
        );

    private protected static object Request(TestSite site, int maxPages = 1000) =>
        new
        {
            mode = "recursive",
            urls = new[] { site.Url + "p/0" },
            maxDepth = 20,
            maxPages,
            render = "never",
        };

    private protected static string NewId() => "t-" + Guid.NewGuid().ToString("N");

    private static IEnumerable<string> Fields(Answer answer) =>
        answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("field").GetString()!);

    private async Task<List<string>> ListedAsync(string query = "")
    {
        var ids = new List<string>();
        for (var next = ""; ; )
        {
            var answer = (await Client.GetAsync($"api/crawls?limit=3{query}{next}")).Expect(HttpStatusCode.OK);
            ids.AddRange(
                answer.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)
            );
            if (!answer.Json.TryGetProperty("next", out var after) || after.ValueKind == JsonValueKind.Null)
                return ids;
            next = "&after=" + after.GetString();
        }
    }
}
