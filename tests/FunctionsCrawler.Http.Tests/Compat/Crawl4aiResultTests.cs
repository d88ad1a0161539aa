using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Http.Compat.Crawl4ai;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>How records become results.</summary>
public sealed class Crawl4aiResultTests
{
    private const string Url = "https://www.shop.co.uk/a";

    [Fact]
    public async Task Result_Redirect_HasBothStatuses()
    {
        var result = await WriteAsync(
            new PageRecord
            {
                Url = Url,
                FinalUrl = "https://www.shop.co.uk/b",
                StatusFirst = 301,
                Status = 200,
                Html = "<p>b",
            }
        );

        Assert.Equal(Url, (string?)result["url"]);
        Assert.Equal(301, (int?)result["status_code"]);
        Assert.Equal(200, (int?)result["redirected_status_code"]);
        Assert.Equal("https://www.shop.co.uk/b", (string?)result["redirected_url"]);
    }

    [Theory]
    [InlineData(404, ErrorCode.Http4xx, true)]
    [InlineData(500, ErrorCode.Http5xx, true)]
    [InlineData(403, ErrorCode.Http4xx, false)]
    [InlineData(429, ErrorCode.Http4xx, false)]
    [InlineData(503, ErrorCode.Http5xx, false)]
    public async Task Result_ErrorPage_IsASuccessUnlessCrawlersAreRefused(int status, ErrorCode code, bool success)
    {
        var result = await WriteAsync(
            new PageRecord
            {
                Url = Url,
                Status = status,
                Html = "<p>text",
                Error = new PageError(code, "the server answered"),
            }
        );

        Assert.Equal(success, (bool?)result["success"]);
        Assert.Equal(status, (int?)result["status_code"]);
        Assert.Equal(
            success ? "" : $"Blocked by anti-bot protection: HTTP {status} the server answered",
            (string?)result["error_message"]
        );
    }

    [Fact]
    public async Task Links_Subdomains_AreInternal()
    {
        var result = await WriteAsync(
            new PageRecord
            {
                Url = Url,
                Status = 200,
                Links =
                [
                    new PageLink("https://shop.co.uk/x", "", false),
                    new PageLink("https://blog.shop.co.uk/", "", false),
                    new PageLink("https://other.co.uk/", "", false),
                ],
            }
        );

        Assert.Equal(2, result["links"]!["internal"]!.AsArray().Count);
        Assert.Equal("other.co.uk", (string?)result["links"]!["external"]![0]!["base_domain"]);
    }

    [Theory]
    [InlineData("[a](https://x/1) [b](https://x/2 \"t\") [c](https://x/1)", "a⟨1⟩ b⟨2⟩ c⟨1⟩")]
    [InlineData("![i](https://x/i.png)", "![i⟨1⟩]")]
    [InlineData("[w](https://x/w_(a)) \\[no\\](x", "w⟨1⟩ \\[no\\](x")]
    [InlineData("no links", "no links")]
    public void Citations_Links_HaveTheNumberOfTheirUrl(string markdown, string cited) =>
        Assert.Equal(cited, CitedMarkdown.Of(markdown).Markdown);

    [Theory]
    [InlineData(true, false, "a ![i](https://x/i.png)")]
    [InlineData(false, true, "[a](https://x/) ")]
    [InlineData(true, true, "a ")]
    public void Markdown_WithoutLinksOrImages_KeepsTheText(bool links, bool images, string expected) =>
        Assert.Equal(expected, CitedMarkdown.Without("[a](https://x/) ![i](https://x/i.png)", links, images));

    private static Task<JsonObject> WriteAsync(PageRecord record) =>
        new ResultWriter(new ResultShape()).WriteAsync(record, Url, false, TestContext.Current.CancellationToken);
}
