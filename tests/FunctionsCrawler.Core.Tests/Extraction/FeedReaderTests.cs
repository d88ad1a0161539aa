using System.Text;
using System.Xml;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class FeedReaderTests
{
    private static readonly Uri Url = new("https://a.example/feed");

    [Fact]
    public void Read_Rss_HeadingForEachItem() =>
        Assert.Equal(
            new FeedText(
                "News",
                "# News\n\n## [One \\[1\\]](<https://a.example/1>)\n\nMon, 02 Mar 2026\n\nText of **one**.\n\n## Two\n\nplain\n"
            ),
            Read(
                "<rss><channel><title> News </title><link>https://a.example/</link><item><title>One [1]</title><link>/1</link><pubDate>Mon, 02 Mar 2026</pubDate><description>short</description><content:encoded xmlns:content='c'><![CDATA[<p>Text of <b>one</b>.]]></content:encoded></item><item><title>Two</title><description>plain</description></item></channel></rss>"
            )
        );

    [Fact]
    public void Read_Atom_AlternateLink() =>
        Assert.Equal(
            "## [One](<https://a.example/1>)\n\n2026-03-02\n",
            Read(
                "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='edit' href='/e'/><link rel='alternate' href='/1'/><title>One</title><updated>2026-03-02</updated></entry></feed>"
            )!.Markdown
        );

    [Fact]
    public void Read_TitleWithMarkup_IsText()
    {
        var feed = Read(
            "<rss><channel><title>[x](javascript:a) &lt;script> `b`</title><item><title>&lt;b>*c*</title></item></channel></rss>"
        );

        var rendered = RoundTrip.Render(feed!.Markdown);
        Assert.Empty(rendered.QuerySelectorAll("a, script, code, b, em"));
        Assert.Equal("[x](javascript:a) <script> `b`", rendered.QuerySelector("h1")!.TextContent);
        Assert.Equal("<b>*c*", rendered.QuerySelector("h2")!.TextContent);
    }

    [Theory]
    [InlineData("<html/>")]
    [InlineData("<urlset><url/></urlset>")]
    public void Read_OtherXml_IsNull(string xml) => Assert.Null(Read(xml));

    [Theory]
    [InlineData("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>&a;</rss>")]
    [InlineData("<rss><channel>")]
    [InlineData("")]
    public void Read_DocumentTypeOrDamaged_Throws(string xml) => Assert.ThrowsAny<XmlException>(() => Read(xml));

    [Fact]
    public void Read_TooDeep_Throws() =>
        Assert.Throws<InvalidDataException>(() => Read("<rss>" + string.Concat(Enumerable.Repeat("<a>", 100))));

    [Fact]
    public void Read_EndlessFeed_EndsAtTheLimit()
    {
        var items = string.Concat(Enumerable.Repeat("<item><title>x</title></item>", FeedReader.MaxEntries + 50));

        var feed = Read($"<rss><channel>{items}</channel></rss>");

        Assert.Equal(FeedReader.MaxEntries + 1, feed!.Markdown.Split("## ").Length - 1);
    }

    private static FeedText? Read(string xml) => FeedReader.Read(Encoding.UTF8.GetBytes(xml), Url);
}
