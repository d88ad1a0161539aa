using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

public sealed class RequestReaderTests
{
    [Fact]
    public void Read_OnlyUrls_DefaultValues()
    {
        var request = Read("""{"urls":["https://a.example/"]}""").Request!;

        var expected = new CrawlRequest { Urls = ["https://a.example/"] };
        Assert.Equal(Serialize(expected), Serialize(request));
    }

    [Fact]
    public void Read_SerializedRequest_SameRequest()
    {
        var request = new CrawlRequest
        {
            Mode = CrawlMode.Batch,
            Urls = ["https://a.example/", "http://b.example/x?y=1"],
            MaxDepth = 7,
            Include = ["**/docs/**"],
            PerHostConcurrency = 2,
            Page = new PageOptions { TimeoutSeconds = 12 },
        };

        Assert.Equal(Serialize(request), Serialize(Read(Serialize(request)).Request!));
    }

    [Fact]
    public void Read_NullForNullableField_Accepted() =>
        Assert.Null(Read("""{"urls":["https://a.example/"],"perHostConcurrency":null}""").Request!.PerHostConcurrency);

    [Theory]
    [InlineData("""{"urls":null}""", "urls: It is null; it must be a list, or left out.")]
    [InlineData("""{"urls":"https://a.example/"}""", "urls: It is \"https://a.example/\"; it must be a list.")]
    [InlineData("""{"urls":[["https://a.example/"]]}""", "urls[0]: It is [\"https://a.example/\"]; it must be a text.")]
    [InlineData(
        """{"urls":["https://a.example/"],"mode":1}""",
        "mode: It is 1; it must be one of auto, batch, recursive."
    )]
    [InlineData(
        """{"urls":["https://a.example/"],"maxPages":99999999999}""",
        "maxPages: It is 99999999999; it must be a whole number."
    )]
    [InlineData(
        """{"urls":["https://a.example/"],"dropTrackingParameters":"yes"}""",
        "dropTrackingParameters: It is \"yes\"; it must be true or false."
    )]
    [InlineData(
        """{"urls":["https://a.example/"],"dispatcher":{"pauseAtPercent":99}}""",
        "dispatcher: Its percentages are out of order: resumeAtPercent 75 must be below pauseAtPercent 99, and that below shedAtPercent 95."
    )]
    [InlineData(""" "text" """, ": It is \"text\"; it must be an object.")]
    public void Read_OneFault_NamesTheValueAndTheAllowedValues(string json, string expected) =>
        Assert.Equal([expected], Faults(json));

    [Fact]
    public void Read_UnknownField_NamesTheKnownFields()
    {
        var fault = Assert.Single(Faults("""{"urls":["https://a.example/"],"depth":3}"""));

        Assert.StartsWith(
            "depth: It is not a known field; the known fields are mode, urls, maxDepth",
            fault,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"urls":[""", "1,", "1]}")]
    [InlineData("{", "\"a\":1,", "\"b\":1}")]
    public void Read_TooManyFaults_ReportsTheFirst(string start, string piece, string end)
    {
        var faults = Faults(start + string.Concat(Enumerable.Repeat(piece, 100_000)) + end);

        Assert.InRange(faults.Count, 1000, 1010);
    }

    [Fact]
    public void Read_WrongTypesAndInvalidValues_ReportsBoth()
    {
        // The third URL keeps its index, although the second one is not a string.
        var faults = Faults("""{"urls":["https://a.example/",2,"mailto:x@y"],"maxDepth":"deep","concurrency":0}""");

        Assert.Equal(
            ["concurrency", "maxDepth", "urls[1]", "urls[2]"],
            faults.Select(f => f[..f.IndexOf(':')]).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"urls\":[\"https://a.example/\"],}")]
    [InlineData("\u0000")]
    public void Read_InvalidJson_NamesThePosition(string text) =>
        Assert.StartsWith(": The body is not valid JSON: ", Assert.Single(Faults(text)), StringComparison.Ordinal);

    [Fact]
    public void Read_InvalidUtf8_OneFault() =>
        Assert.Single(RequestReader.ReadCrawl(new byte[] { 0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d }).Faults);

    [Theory]
    [InlineData("""{"urls":["https://a.example/\ud800"]}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"urls":["https://a.example/"],"mode":"\udfff"}""")]
    public void Read_LoneSurrogate_OneFault(string json) => Assert.Single(Faults(json));

    [Fact]
    public void Read_NestedTooDeeply_Fault() => Assert.NotEmpty(Faults(new string('[', 100_000)));

    [Fact]
    public void ReadPage_InvalidFormat_IsReportedByIndexBesideOtherFaults()
    {
        var reading = RequestReader.ReadPage(
            Encoding.UTF8.GetBytes("""{"url":"https://a.example/","formats":["html","pdf"],"render":"never","x":1}""")
        );

        Assert.Null(reading.Request);
        Assert.Equal(["formats[1]", "x"], reading.Faults.Select(f => f.Field).Order(StringComparer.Ordinal));
    }

    private static RequestReadResult<CrawlRequest> Read(string json) =>
        RequestReader.ReadCrawl(Encoding.UTF8.GetBytes(json));

    private static List<string> Faults(string json)
    {
        var reading = Read(json);
        Assert.Null(reading.Request);
        return [.. reading.Faults.Select(f => $"{f.Field}: {f.Message}")];
    }

    private static string Serialize(CrawlRequest request) =>
        JsonSerializer.Serialize(request, CrawlJson.Default.CrawlRequest);
}
