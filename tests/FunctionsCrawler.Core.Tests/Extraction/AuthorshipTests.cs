using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Author, dates and every meta element under its own name.</summary>
public sealed class AuthorshipTests
{
    [Theory]
    [InlineData(
        "<meta name=author content=Meta><script type=application/ld+json>{\"@type\":\"Article\",\"author\":{\"name\":\"Json\"}}</script>",
        "Json"
    )]
    [InlineData(
        "<script type=application/ld+json>{\"@graph\":[{\"@type\":\"WebSite\",\"author\":\"Site\"},{\"@type\":[\"Thing\",\"BlogPosting\"],\"author\":[{\"name\":\"A\"},\"B\"]}]}</script>",
        "A, B"
    )]
    [InlineData("<meta name=author content=Meta>", "Meta")]
    [InlineData("<meta property=article:author content=https://a.example/me><a rel=author href=/me>By Me</a>", "By Me")]
    [InlineData("<span itemprop=author><span itemprop=name>Item</span></span>", "Item")]
    [InlineData(
        "<script type=application/ld+json>{\"author\":5}</script><script type=application/ld+json>[1,null]</script>",
        null
    )]
    public void Author_FirstSourceThatHasOne(string html, string? expected) =>
        Assert.Equal(expected, Extract(html).Author);

    [Theory]
    [InlineData(
        "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"datePublished\":\"2024-05-01T10:00:00+0200\",\"dateModified\":\"2024-05-02\"}</script><meta property=article:published_time content=2020-01-01>",
        "2024-05-01T10:00:00+02:00",
        "2024-05-02"
    )]
    [InlineData(
        "<meta property=article:published_time content=2024-05-01T10:00:00.123Z><meta property=og:updated_time content='2024-05-03 11:00'>",
        "2024-05-01T10:00:00Z",
        "2024-05-03T11:00:00"
    )]
    [InlineData(
        "<meta itemprop=datePublished content='March 5, 2024'><time itemprop=dateModified datetime=2024-06-01>June</time>",
        "2024-03-05",
        "2024-06-01"
    )]
    [InlineData("<meta name=date content=03/04/2024><time class=dt-published>5 March 2024</time>", "2024-03-05", null)]
    [InlineData("<time datetime=2024-01-01>some date</time>", null, null)]
    public void Dates_FirstSourceThatHasOne(string html, string? published, string? modified)
    {
        var page = Extract(html);

        Assert.Equal(published, page.Published);
        Assert.Equal(modified, page.Modified);
    }

    [Theory]
    [InlineData("2024-02-29", "2024-02-29")]
    [InlineData(" 2024-02-29T23:59Z ", "2024-02-29T23:59:00Z")]
    [InlineData("2024-02-29T23:59:59.9999999-05:00", "2024-02-29T23:59:59-05:00")]
    [InlineData("Tue, 05 Mar 2024 08:00:00 GMT", "2024-03-05T08:00:00Z")]
    [InlineData("Mar 5, 2024", "2024-03-05")]
    [InlineData("2023-02-29", null)]
    [InlineData("3/4/2024", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void ToIso_Text_Unambiguous(string text, string? expected) => Assert.Equal(expected, DateText.ToIso(text));

    [Fact]
    public void Meta_EveryName_FirstValueAndRepeated()
    {
        var metadata = Extract(
            "<meta name=twitter:card content=summary><meta property=og:title content=T><meta property=article:tag content=a>"
                + "<meta property=article:tag content=b><meta name=description content=D><meta name=keywords content=k>"
        ).Metadata;

        Assert.Equal("summary", metadata.Meta["twitter:card"]);
        Assert.Equal("T", metadata.Meta["og:title"]);
        Assert.Equal("T", metadata.OpenGraph["title"]);
        Assert.Equal("a", metadata.Meta["article:tag"]);
        Assert.Equal(["a", "b"], Assert.Single(metadata.Repeated!).Value);
        Assert.DoesNotContain("description", metadata.Meta.Keys);
    }

    private static ExtractedPage Extract(string html) =>
        HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(new PageFormats([PageFormat.Metadata])));
}
