namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Requests for a page that are refused before anything is visited.</summary>
public sealed class FirecrawlRefusalTests
{
    [Theory]
    [InlineData("""{"url":"https://a.example/","formats":["json"]}""", "needs a model")]
    [InlineData("""{"url":"https://a.example/","formats":[{"type":"summary"}]}""", "needs a model")]
    [InlineData("""{"url":"https://a.example/","formats":["changeTracking"]}""", "changeTracking")]
    [InlineData("""{"url":"https://a.example/","formats":["gif"]}""", "'gif' is not offered")]
    [InlineData("""{"url":"https://a.example/","waitFor":6000,"timeout":10000}""", "half of the timeout")]
    [InlineData("""{"url":"https://a.example/","timeout":10}""", "timeout")]
    [InlineData("""{"url":"ftp://a.example/"}""", "ftp")]
    [InlineData("""{}""", "url")]
    [InlineData("""{"url":"https://a.example/","includeTags":["a[b"]}""", "includeTags[0]")]
    [InlineData("""{"url":"https://a.example/","onlyMainContent":"yes"}""", "true or false")]
    [InlineData("""{"url":"https://a.example/","actions":[{"type":"write","text":"x"}]}""", "clicked last")]
    [InlineData(
        """{"url":"https://a.example/","actions":[{"type":"executeJavascript","script":"1"}]}""",
        "--allow-scripts"
    )]
    [InlineData("""{"url":"https://a.example/","actions":[{"type":"fly"}]}""", "'fly' is not offered")]
    public async Task Scrape_RequestThatCannotBeServed_IsRefusedWithASentence(string body, string sentence)
    {
        await using var server = await CompatServer.StartAsync();

        var reply = (await server.PostAsync("/v2/scrape", body)).Expect(400);

        Assert.False(reply.Json.GetProperty("success").GetBoolean());
        Assert.Equal("BAD_REQUEST", reply.Text("code"));
        Assert.Contains(sentence, reply.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, reply.Json.GetProperty("details").GetArrayLength());
    }

    [Fact]
    public async Task Scrape_MalformedJson_HasItsCode()
    {
        await using var server = await CompatServer.StartAsync();

        Assert.Equal("BAD_REQUEST_INVALID_JSON", (await server.PostAsync("/v2/scrape", "{")).Expect(400).Text("code"));
    }
}
