using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Tests.Shell;

public sealed class DidYouMeanTests
{
    private static readonly string[] Commands = ["demo", "doctor", "soak", "serve", "status", "submit"];

    [Theory]
    [InlineData("demoo", "demo")]
    [InlineData("dmeo", "demo")]
    [InlineData("stauts", "status")]
    [InlineData("sreve", "serve")]
    [InlineData("submitt", "submit")]
    public void Find_WordUpToTwoEditsAway_IsTheNearestCommand(string word, string meant) =>
        Assert.Equal(meant, DidYouMean.Find(word, Commands));

    [Theory]
    [InlineData("example")]
    [InlineData("de")]
    [InlineData("x")]
    [InlineData("")]
    public void Find_WordFurtherAway_IsNull(string word) => Assert.Null(DidYouMean.Find(word, Commands));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_OfTwoWords_CountsEdits(string a, string b, int edits) =>
        Assert.Equal(edits, DidYouMean.Distance(a, b));
}
