using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Crawls;

public sealed class RecordCursorTests
{
    [Fact]
    public void Parse_OutputOfToString_SameCursor()
    {
        var cursor = new RecordCursor(3, 17, 24);

        Assert.True(RecordCursor.TryParse(cursor.ToString(), out var read));
        Assert.Equal(cursor, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("1.-2.3")]
    [InlineData("1. 2.3")]
    [InlineData("a.b.c")]
    [InlineData("1.2.99999999999")]
    public void Parse_Invalid_False(string text) => Assert.False(RecordCursor.TryParse(text, out _));
}
