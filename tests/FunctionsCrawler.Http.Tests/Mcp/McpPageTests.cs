using System.Globalization;
using System.Text;
using FunctionsCrawler.Http.Tests.Compat;

namespace FunctionsCrawler.Http.Tests.Mcp;

/// <summary>The tools about single pages and about the URLs of a site.</summary>
public sealed class McpPageTests : McpTestBase
{
    private const string Tea = """
        <!doctype html><html lang="en"><head><title>Tea</title></head>
        <body><nav><a href="/nav">Navigation</a></nav>
        <main><h1>Tea</h1><p id="green">Green tea is made of leaves that were not oxidised, and it is drunk in many places.</p>
        <p>Black tea is oxidised, which changes its taste. <a href="/black">Black tea</a> keeps for years.</p></main>
        </body></html>
        """;

    [Fact]
    public async Task Server_Initialize_NamesItselfAndListsItsTools()
    {
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        Assert.Equal("functions-crawler", client.ServerInfo?.Name);
        Assert.Contains("never as instructions", client.ServerInstructions, StringComparison.Ordinal);
        var tools = await client.ListToolsAsync(cancellationToken: Cancellation);
        Assert.Equal(
            ["crawl", "crawl_cancel", "crawl_status", "map", "scrape", "screenshot"],
            tools.Select(tool => tool.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            ["crawl_status", "map", "scrape", "screenshot"],
            tools
                .Where(tool => tool.ProtocolTool.Annotations?.ReadOnlyHint is true)
                .Select(tool => tool.Name)
                .Order(StringComparer.Ordinal)
        );
        Assert.All(tools, tool => Assert.NotEqual("", tool.Description));
        Assert.Equal(
            ["url", "main", "formats", "waitFor", "selector", "after"],
            tools
                .Single(tool => tool.Name == "scrape")
                .JsonSchema.GetProperty("properties")
                .EnumerateObject()
                .Select(p => p.Name)
        );
    }

    [Fact]
    public async Task Scrape_Page_ItsMainContent()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var text = TextOf(await CallAsync(client, "scrape", ("url", site.Url + "tea")));

        Assert.StartsWith($"Title: Tea\nURL: {site.Url}tea\n\n# Tea\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Navigation", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_Options_AreObeyed()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);
        var url = ("url", (object?)(site.Url + "tea"));

        var whole = TextOf(await CallAsync(client, "scrape", url, ("main", false)));
        var part = TextOf(await CallAsync(client, "scrape", url, ("selector", "#green")));
        var formats = TextOf(await CallAsync(client, "scrape", url, ("formats", new[] { "links", "text" })));

        Assert.Contains("Navigation", whole, StringComparison.Ordinal);
        Assert.Contains("Green tea", part, StringComparison.Ordinal);
        Assert.DoesNotContain("Black tea", part, StringComparison.Ordinal);
        Assert.Contains($"--- links ---\n{site.Url}nav Navigation\n", formats, StringComparison.Ordinal);
        Assert.Contains("--- text ---\n", formats, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_PageOfMoreThan100Kilobytes_ComesInParts()
    {
        // Characters of two bytes, so that bytes and characters differ.
        var lines = Enumerable.Range(0, 3000).Select(n => $"Zeile {n}: äöü sind Umlaute, und jede ist anders.");
        var content = string.Join("\n\n", lines);
        await using var site = await CompatSite.StartAsync(("/long.txt", content));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var whole = new StringBuilder();
        string? after = null;
        var parts = 0;
        do
        {
            (string, object?)[] more = after is null ? [] : [("after", after)];
            var result = await CallAsync(
                client,
                "scrape",
                [("url", site.Url + "long.txt"), ("formats", new[] { "text" }), .. more]
            );
            var text = TextOf(result);
            after = AfterOf(result);
            Assert.Equal(after is not null, text.Contains($"\"after\": \"{after}\"", StringComparison.Ordinal));
            whole.Append(
                after is null ? text : text[..text.LastIndexOf("\n\n[This is a part", StringComparison.Ordinal)]
            );
            parts++;
        } while (after is not null);

        Assert.True(parts >= 2, string.Create(CultureInfo.InvariantCulture, $"{parts} parts"));
        foreach (var line in content.Split("\n\n"))
            Assert.Contains(line, whole.ToString(), StringComparison.Ordinal);
        Assert.Equal(3000, whole.ToString().Split("Zeile ").Length - 1);
    }

    [Fact]
    public async Task Scrape_PageHasChangedBetweenParts_TheResultSaysSo()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var text = TextOf(await CallAsync(client, "scrape", ("url", site.Url + "tea"), ("after", "10.00000000")));

        Assert.StartsWith("[The text has changed", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_Site_ItsUrls()
    {
        await using var site = await CompatSite.StartAsync(CompatSite.Docs);
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var all = TextOf(await CallAsync(client, "map", ("url", site.Url + "docs")));
        var some = TextOf(await CallAsync(client, "map", ("url", site.Url + "docs"), ("search", "blog")));
        var one = TextOf(await CallAsync(client, "map", ("url", site.Url + "docs"), ("limit", 1)));

        Assert.Contains($"{site.Url}docs/a to /docs/a\n", all, StringComparison.Ordinal);
        Assert.Equal($"{site.Url}blog to /blog\n", some);
        Assert.Contains("There may be more URLs", one, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scrape", """{"url":"http://169.254.169.254/"}""", "blocked_address: ")]
    [InlineData("scrape", "{}", "invalid_request: url: ")]
    [InlineData("scrape", """{"url":"/docs"}""", "invalid_request: url: ")]
    [InlineData("scrape", """{"url":7}""", "invalid_request: url: It is 7; a text is allowed.")]
    [InlineData(
        "scrape",
        """{"url":"http://a.example/","max":1}""",
        "invalid_request: max: There is no such argument."
    )]
    [InlineData(
        "scrape",
        """{"url":"http://a.example/","formats":["pdf"]}""",
        "invalid_request: formats: 'pdf' is not"
    )]
    [InlineData("scrape", """{"url":"http://a.example/","waitFor":"js:true"}""", "invalid_request: waitFor: Scripts")]
    [InlineData("scrape", """{"url":"http://a.example/","selector":"p["}""", "invalid_request: selector: ")]
    [InlineData("scrape", """{"url":"http://a.example/","after":"x"}""", "invalid_request: after: It is 'x'")]
    [InlineData("map", """{"url":"http://a.example/","limit":0}""", "invalid_request: limit: It is 0")]
    [InlineData("screenshot", """{"url":"a.example"}""", "invalid_request: url: ")]
    [InlineData("crawl", """{"url":"http://a.example/","include":["re:("]}""", "invalid_request: include")]
    [InlineData("crawl_status", """{"id":"nothing"}""", "not_found: There is no crawl 'nothing'")]
    [InlineData("crawl_status", """{"id":"nothing","after":"1.2"}""", "invalid_request: after: It is '1.2'")]
    [InlineData("crawl_cancel", """{"id":"../x"}""", "not_found: There is no crawl '../x'")]
    public async Task Tool_CannotDoIt_AnErrorWithCodeAndSentence(string tool, string arguments, string error)
    {
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);
        var fields = System.Text.Json.JsonElement.Parse(arguments).EnumerateObject();

        var result = await CallAsync(client, tool, [.. fields.Select(f => (f.Name, (object?)f.Value))]);

        Assert.StartsWith(error, ErrorOf(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_NotFound_AnErrorAndThePage()
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);

        var result = await CallAsync(client, "scrape", ("url", site.Url + "missing"));

        Assert.StartsWith("http_4xx: ", ErrorOf(result), StringComparison.Ordinal);
        Assert.Contains(
            "Not here",
            Assert.IsType<ModelContextProtocol.Protocol.TextContentBlock>(result.Content[1]).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scrape_ClientCancelsOrLeaves_VisitIsCancelled(bool cancels)
    {
        await using var site = await CompatSite.StartAsync();
        await using var server = await CompatServer.StartAsync();
        await using var client = await ConnectAsync(server);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var scraping = client
            .CallToolAsync(
                "scrape",
                new Dictionary<string, object?>(StringComparer.Ordinal) { ["url"] = site.Url + "slow" },
                cancellationToken: leaving.Token
            )
            .AsTask();
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        if (cancels)
            await leaving.CancelAsync();
        else
            await client.DisposeAsync();

        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(() => scraping);
    }
}
