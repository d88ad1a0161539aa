using System.Text;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.AzureStorage.Tests.Queues;

public sealed class QueueRequestTests
{
    private const string Json = """{ "urls": ["https://example.com/ä"] }""";

    public static TheoryData<string, string> Texts =>
        new()
        {
            { Json, Json },
            { "\r\n\t " + Json, "\r\n\t " + Json },
            { Base64(Json), Json },
            { "  " + Base64(Json) + "\n", Json },
            // Not valid requests, which is reported by the parser, not here.
            { "[1]", "[1]" },
            { "https://example.com/", "https://example.com/" },
            { "", "" },
            { Convert.ToBase64String([0xff, 0xfe, 0x00]), Convert.ToBase64String([0xff, 0xfe, 0x00]) },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Of_AnyText_DecodedIfBase64OfUtf8(string text, string body) =>
        Assert.Equal(body, QueueRequest.Of("1", text).Body);

    [Fact]
    public void Of_MessageId_YieldsValidCrawlId()
    {
        var request = QueueRequest.Of("0F1B3C5D-0000-4ABC-8DEF-000000000001", Json);

        Assert.Equal("q-0f1b3c5d-0000-4abc-8def-000000000001", request.Id);
        Assert.True(CrawlLayout.IsId(request.Id));
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
