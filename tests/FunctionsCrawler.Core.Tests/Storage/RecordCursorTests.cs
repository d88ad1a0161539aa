using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Storage;

public sealed class RecordCursorTests
{
    [Fact]
    public void Cursor_WrittenAndRead_IsTheSame()
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
    public void Parse_NoCursor_IsRefused(string text) => Assert.False(RecordCursor.TryParse(text, out _));
}
