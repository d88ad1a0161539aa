using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class MarkdownLinksTests
{
    private static readonly Uri Base = new("https://a.example/docs/llms.txt");

    [Theory]
    [InlineData("[One](/x): text", "https://a.example/x One")]
    [InlineData(
        "- [One](x \"title\"), [Two](<y z>)",
        "https://a.example/docs/x One",
        "https://a.example/docs/y%20z Two"
    )]
    [InlineData("See https://b.example/x. And (https://b.example/y).", "https://b.example/x ", "https://b.example/y ")]
    [InlineData("https://b.example/a_(b)", "https://b.example/a_(b) ")]
    [InlineData("<http://b.example/>", "http://b.example/ ")]
    [InlineData("[a [b]](c(d)e)", "https://a.example/docs/c(d)e b]")]
    [InlineData("[x](mailto:a@b.example) [y](#here) [z]()", "https://a.example/docs/llms.txt y")]
    [InlineData("[a](/x) [b](/x)", "https://a.example/x a")]
    [InlineData("```\n[a](/x)\n```\n~~~\nhttps://b.example/\n~~~")]
    [InlineData("no links")]
    public void Read_Text_FindsItsLinks(string text, params string[] expected) =>
        Assert.Equal(expected, MarkdownLinks.Read(text, Base, 100).Links.Select(l => $"{l.Url} {l.Text}"));

    [Theory]
    [InlineData("# T\n\n> about\n\n- [a](/a)\n- [b](/b)\n- [c](/c)\n", true)]
    [InlineData("https://b.example/1\nhttps://b.example/2\n\nhttps://b.example/3", true)]
    [InlineData("- [a](/a)\n- [b](/b)\n", false)]
    [InlineData("[a](/a) [b](/b) [c](/c)\nOne.\nTwo.\nThree.", false)]
    public void IsList_Text_HasALinkOnHalfOfItsLines(string text, bool expected) =>
        Assert.Equal(expected, MarkdownLinks.Read(text, Base, 100).IsList);

    [Fact]
    public void Read_MoreLinksThanAsked_SaysSo()
    {
        var links = MarkdownLinks.Read("[a](/a) [b](/b) [a](/a) [c](/c)", Base, 2);

        Assert.Equal(2, links.Links.Count);
        Assert.True(links.HasMore);
    }
}
