using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class TextSectionsTests
{
    private const string Url = "https://a.example/llms-full.txt";
    private static readonly string Body = new('x', TextSections.MinLength);

    [Fact]
    public void Cut_Headings_EachBeginsASection()
    {
        var text = $"# One: the start!\n{Body}\n## Inner\n{Body}\n# Über uns\n{Body}\n";

        var sections = TextSections.Cut(text, Url);

        Assert.Equal(["One: the start!", "Über uns"], sections.Select(s => s.Title));
        Assert.Equal([Url + "#section-0-one-the-start", Url + "#section-1-%C3%BCber-uns"], sections.Select(s => s.Url));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public void Cut_NoText_NoSections(string text) => Assert.Empty(TextSections.Cut(text, Url));

    [Theory]
    [InlineData("plain text")]
    [InlineData("## Only a smaller heading\n")]
    [InlineData("#no heading\n")]
    [InlineData("```\n# code\n```\n")]
    [InlineData("#\n")]
    public void Cut_NoHeading_IsOneSection(string text)
    {
        var section = Assert.Single(TextSections.Cut(text, Url));

        Assert.Equal((TextSections.WholeText, text), (section.Title, section.Markdown));
        Assert.Equal(Url + "#section-0-full-document", section.Url);
    }

    [Fact]
    public void Cut_ShortSections_AreJoinedWithTheNext()
    {
        var text = $"intro\n# A\nshort\n# B\n{Body}\n# C\n{Body}\n# D\nshort\n";

        Assert.Equal(["A", "C"], TextSections.Cut(text, Url).Select(s => s.Title));
    }

    [Fact]
    public void Cut_AnyText_SectionsAreTheWholeText()
    {
        var random = new Random(5);
        string[] pieces = ["# H\n", "text ", "\n", "```\n", "~~~~", "#", " ", Body, "\r\n", "# \n"];
        for (var i = 0; i < 500; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(30)).Select(_ => pieces[random.Next(pieces.Length)])
            );
            var sections = TextSections.Cut(text, Url);
            Assert.Equal(string.IsNullOrWhiteSpace(text) ? "" : text, string.Concat(sections.Select(s => s.Markdown)));
            Assert.Equal(sections.Count, sections.Select(s => s.Url).Distinct(StringComparer.Ordinal).Count());
        }
    }
}
