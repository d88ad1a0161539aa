using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class XhtmlTests
{
    private const string Start =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.1//EN\" \"http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd\">\n"
        + "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\"><head><title/><script src=\"a.js\"/></head><body>";

    [Theory]
    [InlineData("<h1><a id=\"top\"/>One</h1><div/><p>two<br/>three</p>", "# One\n\ntwo\\\nthree")]
    [InlineData("<pre><![CDATA[if (a < b && c) { &nbsp; }]]></pre>", "```\nif (a < b && c) { &nbsp; }\n```")]
    [InlineData("<pre>\na</pre>", "```\n\na\n```")]
    [InlineData("<p>a&nbsp;&mdash;&#160;&amp;&eacute;</p>", "a\u00a0—\u00a0&é")]
    [InlineData("<p>&lt;b&gt;</p><p><i/>x</p>", "\\<b>\n\nx")]
    [InlineData("<script>if (a &lt; b) { }</script><style/>x", "x")]
    [InlineData("<x:p xmlns:x=\"http://www.w3.org/1999/xhtml\">a</x:p>", "a")]
    public void ToHtml_WhatOnlyXmlSays_IsKept(string body, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown(Xhtml.ToHtml($"{Start}{body}</body></html>")!));

    [Theory]
    [InlineData("<html><body><p>a</body></html>")]
    [InlineData("<html>&unknown;</html>")]
    [InlineData("<svg/>")]
    [InlineData("")]
    [InlineData("<!DOCTYPE html [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;\">]><html><body>&b;</body></html>")]
    public void ToHtml_NotWellFormedOrOther_IsNull(string xml) => Assert.Null(Xhtml.ToHtml(xml));

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void ToHtml_EndlessTag_IsNull(int attributes, bool isRead) =>
        Assert.Equal(
            isRead,
            Xhtml.ToHtml(
                $"<html><body{string.Concat(Enumerable.Range(0, attributes).Select(i => $" a{i}='>'"))}/></html>"
            )
                is not null
        );

    [Fact]
    public void ToHtml_Language_IsKept() =>
        Assert.Equal("en", HtmlExtractor.Extract(Xhtml.ToHtml(Start + "</body></html>")!, RoundTrip.PageUrl).Language);
}
