using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Tests.Shell;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\n\ttext", "plain\n\ttext")]
    [InlineData("a\u001b[2Jb\r\u009b5m\u0007", "a[2Jb5m")]
    [InlineData("user\u202Etxt.exe\u2066", "usertxt.exe")]
    [InlineData("שלום ü 日本 😀", "שלום ü 日本 😀")]
    public void Of_TextOfAPage_HasNothingThatATerminalObeys(string text, string shown) =>
        Assert.Equal(shown, TerminalText.Of(text));
}
