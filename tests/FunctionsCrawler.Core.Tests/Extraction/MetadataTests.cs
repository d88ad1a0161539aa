using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("<title> A\n &amp; B </title><h1>C</h1>", "A & B")]
    [InlineData("<title> </title><h1>C <i>d</i><a href='#c'>¶</a></h1><h1>E</h1>", "C d")]
    [InlineData("<svg><title>Icon</title></svg><p>a", null)]
    [InlineData("", null)]
    public void Title_TitleElementOrFirstHeading_IsRead(string html, string? expected) =>
        Assert.Equal(expected, Extract(html).Title);

    [Theory]
    [InlineData("<meta name=Description content=' a  b '><meta property=og:description content=c>", "a b")]
    [InlineData("<meta name=description content=''><meta property=og:description content=c>", "c")]
    [InlineData("<p>a", null)]
    public void Description_MetaOrOpenGraph_IsRead(string html, string? expected) =>
        Assert.Equal(expected, Extract(html).Description);

    [Theory]
    [InlineData("<html lang=de-AT>", "de-AT")]
    [InlineData("<meta http-equiv=Content-Language content='fr, en'>", "fr")]
    [InlineData("<html lang=''>", null)]
    public void Language_Declared_IsRead(string html, string? expected) =>
        Assert.Equal(expected, Extract(html).Language);

    [Theory]
    [InlineData("<link rel='x Canonical' href='/c'>", "https://docs.example/c")]
    [InlineData("<link rel=canonical href='mailto:a'>", null)]
    [InlineData("<link rel=stylesheet href='/c'>", null)]
    public void Canonical_WebAddress_IsAbsolute(string html, string? expected) =>
        Assert.Equal(expected, Extract(html).Metadata.Canonical);

    [Fact]
    public void Meta_Named_IsLowerCaseAndFirstOfEach()
    {
        var meta = Extract(
            "<meta name=Author content=A><meta name=author content=B><meta name=description content=C><meta name=e>"
        ).Metadata.Meta;
        Assert.Equal(new Dictionary<string, string>(StringComparer.Ordinal) { ["author"] = "A" }, meta);
    }

    [Fact]
    public void OpenGraph_Properties_LosePrefixAndKeepFirst()
    {
        var graph = Extract(
            "<meta property=og:title content=A><meta property=og:title content=B><meta name=og:image:alt content=C>"
        ).Metadata.OpenGraph;
        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["title"] = "A", ["image:alt"] = "C" },
            graph
        );
    }

    [Fact]
    public void JsonLd_SeveralBlocks_KeepsTheValidOnes()
    {
        var blocks = Extract(
            """
            <script type="application/ld+json">{"@type":"A"}</script><script type="application/ld+json">{broken</script>
            <script type="application/json">{"@type":"B"}</script><p><script type="Application/LD+JSON; x">[1]</script>
            """
        ).Metadata.JsonLd;
        Assert.Equal("""{"@type":"A"} [1]""", string.Join(' ', blocks.Select(block => block.GetRawText())));
    }

    private static ExtractedPage Extract(string html) => HtmlExtractor.Extract(html, RoundTrip.PageUrl);
}
