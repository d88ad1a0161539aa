using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class ContentTypeTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("", null, null)]
    [InlineData("html", null, null)]
    [InlineData("text/", null, null)]
    [InlineData("text/ht ml", null, null)]
    [InlineData("TEXT/HTML; Charset=\"UTF-8\"", "text/html", "UTF-8")]
    [InlineData("text/html;charset=x;charset=y", "text/html", "x")]
    [InlineData("text/html,text/html", "text/html", null)]
    [InlineData("text/html; charset=utf-8, text/html", "text/html", "utf-8")]
    [InlineData("text/html\ntext/html; charset=UTF-8", "text/html", "UTF-8")]
    [InlineData("text/html; charset=utf-8, text/plain", "text/plain", null)]
    [InlineData("text/html, */*", "text/html", null)]
    [InlineData("text/html, html", "text/html", null)]
    [InlineData("text/html; title=\"a,b;c\"; charset=x", "text/html", "x")]
    [InlineData("; charset=koi8-r", null, "koi8-r")]
    [InlineData("application/xhtml+xml;profile=x", "application/xhtml+xml", null)]
    public void Parse_AnyHeader_IsReadAsBrowsersDo(string? header, string? essence, string? charset) =>
        Assert.Equal(new ContentType(essence, charset), ContentType.Parse(header));
}
