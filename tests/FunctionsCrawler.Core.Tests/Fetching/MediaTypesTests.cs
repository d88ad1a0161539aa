using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("text/html", true, true)]
    [InlineData("Text/HTML; charset=utf-8", true, true)]
    [InlineData("application/xhtml+xml", true, true)]
    [InlineData("text/plain", true, false)]
    [InlineData("text/markdown;charset=utf-8", true, false)]
    [InlineData("text/x-markdown", true, false)]
    [InlineData("text/css", false, false)]
    [InlineData("application/pdf", false, false)]
    [InlineData("application/xml", false, false)]
    public void Essence_ContentType_IsClassified(string contentType, bool isPage, bool isMarkup)
    {
        var essence = MediaTypes.Essence(contentType);
        Assert.Equal((isPage, isMarkup), (MediaTypes.IsPage(essence!), MediaTypes.IsMarkup(essence)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void Essence_NoType_CanBeMarkup(string? contentType) =>
        Assert.True(MediaTypes.IsMarkup(MediaTypes.Essence(contentType)));
}
