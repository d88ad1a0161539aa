using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Core.Tests.Scraping;

public sealed class TypedContentReaderTests
{
    private static readonly PageRecord Record = new()
    {
        Url = "https://a.example/blob/file",
        FetchedAt = DateTimeOffset.UnixEpoch,
    };

    [Theory]
    [InlineData("https://raw.example/a/tool.PY", "```py\n# no heading\n```\n")]
    [InlineData("https://raw.example/a/read.me.md", "# no heading\n")]
    [InlineData("https://raw.example/a/LICENSE", "# no heading\n")]
    [InlineData(null, "# no heading\n")]
    public void Read_FileThatAPageShows_CodeIsFenced(string? source, string markdown)
    {
        var target = new PageTarget(Record.Url) { Source = source is null ? null : new Uri(source) };

        var record = Read(target, "# no heading\n", "text/plain");

        Assert.Equal((markdown, "# no heading\n"), (record.Markdown, record.Text));
    }

    [Fact]
    public void Read_Json_TextIsTheDocument()
    {
        var record = Read(new PageTarget(Record.Url), "{\"a\":1}", "application/json");

        Assert.Equal(("```json\n{\"a\":1}\n```\n", "{\"a\":1}"), (record.Markdown, record.Text));
    }

    private static PageRecord Read(PageTarget target, string text, string contentType)
    {
        var plan = new ExtractionPlan(new PageFormats([PageFormat.Markdown, PageFormat.Text]));
        var reader = new TypedContentReader(
            new PageReader(new PageLimits(), plan, respectRobots: true),
            [ContentKind.Text, ContentKind.Json],
            maxElements: 1000,
            TimeSpan.FromSeconds(30),
            TimeProvider.System
        );
        var response = new FetchResult { Text = text, ContentType = contentType };
        return reader.Read(Record, target, response).Record;
    }
}
