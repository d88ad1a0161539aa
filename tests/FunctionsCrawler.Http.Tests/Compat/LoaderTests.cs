using System.Text.Json;
using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /loader, the external web loader of Open WebUI.</summary>
public sealed class LoaderTests
{
    private const string Key = "0123456789abcdef";

    private const string Tea = """
        <!doctype html><html lang="en"><head><title>Tea</title><meta name="description" content="All about tea"></head>
        <body><nav><a href="/nav">Navigation</a></nav>
        <main><h1>Tea</h1><p>Green tea is made of leaves that were not oxidised, and it is drunk in many places.</p>
        <p>Black tea is oxidised, which changes its taste. It keeps for years in a dry place.</p></main></body></html>
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_Urls_AListOfDocumentsInTheirOrder()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea), ("/other", CompatSite.Html()));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync("/loader", new { urls = new[] { site.Url + "other", site.Url + "tea" } });

        var documents = reply.Expect(200).Json.EnumerateArray().ToList();
        Assert.Equal(2, documents.Count);
        Assert.Equal(["page_content", "metadata"], documents[1].EnumerateObject().Select(p => p.Name));
        var text = documents[1].GetProperty("page_content").GetString()!;
        Assert.Contains("Green tea", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Navigation", text, StringComparison.Ordinal);
        var metadata = documents[1].GetProperty("metadata");
        Assert.Equal(site.Url + "tea", metadata.GetProperty("source").GetString());
        Assert.Equal("Tea", metadata.GetProperty("title").GetString());
        Assert.Equal("All about tea", metadata.GetProperty("description").GetString());
        Assert.Equal("en", metadata.GetProperty("language").GetString());
        Assert.Equal(site.Url + "other", documents[0].GetProperty("metadata").GetProperty("source").GetString());
    }

    [Fact]
    public async Task Load_PageThatFails_AnEmptyDocumentWithTheReason()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();

        var reply = await server.PostAsync(
            "/loader",
            new { urls = new[] { site.Url + "missing", "http://169.254.169.254/", site.Url + "tea" } }
        );

        var documents = reply.Expect(200).Json.EnumerateArray().ToList();
        Assert.Equal("", documents[0].GetProperty("page_content").GetString());
        Assert.StartsWith("http_4xx: ", ErrorOf(documents[0]), StringComparison.Ordinal);
        Assert.StartsWith("blocked_address: ", ErrorOf(documents[1]), StringComparison.Ordinal);
        Assert.NotEqual("", documents[2].GetProperty("page_content").GetString());
    }

    [Theory]
    [InlineData("""{"urls":[]}""", 400, "urls: It has 0 URLs; 1 to 20 are allowed.")]
    [InlineData("{}", 400, "urls: It has 0 URLs")]
    [InlineData("""{"urls":"http://a.example/"}""", 400, "urls: It is ")]
    [InlineData("""{"urls":["http://a.example/",7]}""", 400, "urls[1]: ")]
    [InlineData("""{"urls":["http://a.example/","ftp://b.example/"]}""", 400, "urls[1]: ")]
    [InlineData("""["http://a.example/"]""", 400, "not a JSON object")]
    [InlineData("""{"urls":""", 400, "not valid JSON")]
    public async Task Load_BadBody_IsRefusedWithTheReason(string body, int status, string reason)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/loader", body)).Expect(status);

        Assert.Contains(reason, reply.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MoreThan20Urls_IsRefused()
    {
        await using var server = await CompatServer.StartAsync();
        var urls = Enumerable.Range(0, 21).Select(n => $"http://a.example/{n}");

        var reply = (await server.PostAsync("/loader", new { urls })).Expect(400);

        Assert.Contains("21 URLs", reply.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_KeyIsRequired_OnlyWithIt()
    {
        Assert.True(ApiKeys.TryParse(Key, out var keys, out _));
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync(keys);
        var body = new { urls = new[] { site.Url + "tea" } };

        var refused = (await server.PostAsync("/loader", body)).Expect(401);
        Assert.Contains("Bearer", refused.Text("detail"), StringComparison.Ordinal);
        (await server.PostAsync("/loader", body, $"Authorization: Bearer {Key}")).Expect(200);
        (await server.GetAsync("/loader", $"Authorization: Bearer {Key}")).Expect(405);
    }

    [Fact]
    public async Task Load_ClientDisconnects_VisitsAreCancelled()
    {
        await using var site = await CompatSite.StartAsync(("/tea", Tea));
        await using var server = await CompatServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var body = new StringContent(
            JsonSerializer.Serialize(new { urls = new[] { site.Url + "tea", site.Url + "slow" } }),
            System.Text.Encoding.UTF8,
            "application/json"
        );

        var loading = server.Http.PostAsync(new Uri("/loader", UriKind.Relative), body, leaving.Token);
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await leaving.CancelAsync();

        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
    }

    private static string ErrorOf(JsonElement document) =>
        document.GetProperty("metadata").GetProperty("error").GetString()!;
}
