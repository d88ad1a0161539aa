using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

public class BinaryTypesTests
{
    [Theory]
    [InlineData("http://a/x.png", true)]
    [InlineData("http://a/x.PDF", true)]
    [InlineData("http://a/x.tar.gz?v=1", true)]
    [InlineData("http://a/app.min.js", true)]
    [InlineData("http://a/x.woff2", true)]
    [InlineData("http://a/x.docx", true)]
    [InlineData("http://a/x.mp4", true)]
    [InlineData("http://a/x.wasm", true)]
    [InlineData("http://a/", false)]
    [InlineData("http://a/x", false)]
    [InlineData("http://a/x.html", false)]
    [InlineData("http://a/x.php?file=y.png", false)]
    [InlineData("http://a/x.aspx", false)]
    [InlineData("http://a/x.md", false)]
    [InlineData("http://a/x.txt", false)]
    [InlineData("http://a/x.json", false)]
    [InlineData("http://a/x.xml", false)]
    [InlineData("http://a/v1.2", false)]
    [InlineData("http://a/x.zip/readme", false)]
    [InlineData("http://a/zip", false)]
    [InlineData("http://a/x.", false)]
    [InlineData("http://a.zip/", false)]
    public void IsBinary_Url_ChecksExtensionOfLastSegment(string url, bool expected) =>
        Assert.Equal(expected, BinaryTypes.IsBinary(new Uri(url)));
}
