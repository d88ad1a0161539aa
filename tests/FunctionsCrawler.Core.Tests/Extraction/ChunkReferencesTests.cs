using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Extraction.Chunking;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Chunks of Markdown with citations.</summary>
public sealed class ChunkReferencesTests
{
    private const string Page = "https://a.example/p";
    private const string Definition = "[1]: https://a.example/1\n";

    private static readonly string Words = string.Join(' ', Enumerable.Repeat("word", 12));

    [Fact]
    public void Split_Citations_ChunksEndWithTheDefinitionsTheyNeed()
    {
        var text = $"## A\n\n{Words} [one][1]\n\n## B\n\n{Words}\n\n## C\n\n{Words} [![i][2]][1]\n";
        var chunks = MarkdownChunks.Split($"{text}\n{Definition}[2]: https://a.example/2\n", 140);

        Assert.Equal(
            [
                $"## A\n\n{Words} [one][1]\n\n{Definition}",
                $"## B\n\n{Words}\n\n",
                $"## C\n\n{Words} [![i][2]][1]\n\n{Definition}[2]: https://a.example/2\n",
            ],
            chunks.Select(c => c.Text)
        );
        Assert.Equal(text, string.Concat(chunks.Select(c => text[c.Start..c.End])));
    }

    [Fact]
    public void Split_PageWithCitations_HasNoChunkOfDefinitionsAlone()
    {
        var links = string.Concat(Enumerable.Range(0, 200).Select(n => $"<p>See <a href=/{n}>page {n}</a>.</p>"));
        var plan = new ExtractionPlan(new ExtractOptions { Citations = true });
        var markdown = HtmlExtractor.Extract($"<main>{links}</main>", new Uri(Page), plan).Markdown;

        var chunks = MarkdownChunks.Split(markdown, 500);

        Assert.All(
            chunks,
            c =>
            {
                Assert.StartsWith("See [page ", c.Text, StringComparison.Ordinal);
                Assert.InRange(c.Text.Length, 1, 500);
                Assert.Equal(
                    c.Text.Split("See ").Length - 1,
                    RoundTrip.Render(c.Text).QuerySelectorAll("a[href]").Length
                );
            }
        );
    }

    [Theory]
    [InlineData("```\n[a][1]\n```\n")]
    [InlineData("- > ```\n  > [a][1]\n  > ```\n")]
    [InlineData("`[a][1]` and `` ` [a][1] ``\n")]
    [InlineData("\\[1\\] and [a][2]\n")]
    public void Split_TextLikeReferences_HasNoDefinitions(string text)
    {
        var chunk = Assert.Single(MarkdownChunks.Split($"{text}\n{Definition}"));

        Assert.Equal((text, 0, text.Length), (chunk.Text, chunk.Start, chunk.End));
    }

    [Theory]
    [InlineData("```\ncode\n\n[1]: https://a.example/1\n")]
    [InlineData("[a][1]\n\n[1]: https://a.example/1\n[3]: https://a.example/3\n")]
    [InlineData("[a][1]\n\n[1]: https://a.example/1\nMore.\n")]
    public void Split_NoListOfDefinitionsAtTheEnd_IsTextToItsEnd(string markdown) =>
        Assert.Equal(markdown, Assert.Single(MarkdownChunks.Split(markdown)).Text);

    [Theory]
    [InlineData("`a [one][1]\n")]
    [InlineData("a ``b` c`` [one][1]\n")]
    [InlineData("\\` [one][1] \\`\n")]
    public void Split_ReferenceBesideBackticks_HasItsDefinition(string text) =>
        Assert.Equal($"{text}\n{Definition}", Assert.Single(MarkdownChunks.Split($"{text}\n{Definition}")).Text);

    [Fact]
    public void Split_LargeTable_RepeatsTheDefinitionsOfItsHeader()
    {
        var rows = string.Concat(Enumerable.Range(10, 12).Select(n => $"| {n} | cell {n} |\n"));
        var chunks = MarkdownChunks.Split($"| [n][1] | name |\n|---|:--|\n{rows}\n{Definition}", 120);

        Assert.InRange(chunks.Count, 2, 6);
        Assert.All(
            chunks,
            c =>
            {
                Assert.StartsWith("| [n][1] | name |\n|---|:--|\n| ", c.Text, StringComparison.Ordinal);
                Assert.EndsWith($"|\n\n{Definition}", c.Text, StringComparison.Ordinal);
                Assert.InRange(c.Text.Length, 1, 120);
            }
        );
    }

    [Theory]
    [InlineData("Install [¶][1]", "Install", "setup")]
    [InlineData("[Install][1]", "Install", "setup")]
    [InlineData("Install [now][2]", "Install now", "install-now")]
    public void Split_HeadingWithReferences_HasTextAndAnchor(string source, string text, string anchor)
    {
        var markdown = $"## {source}\n\nText.\n\n[1]: {Page}#setup\n[2]: https://a.example/q#x\n";
        var chunk = Assert.Single(MarkdownChunks.Split(markdown, pageUrl: Page));

        Assert.Equal([text], chunk.HeadingPath);
        Assert.Equal(anchor, chunk.Anchor);
    }

    [Fact]
    public void Split_TableOfContentsOfReferences_GivesTheIdsOfHeadings()
    {
        var contents = $"- [A][1]\n- [A][2]\n- [A][1]\n\n[1]: {Page}#one\n[2]: {Page}#two\n";
        var chunks = MarkdownChunks.Split($"## A\n\n{Words}\n\n## A\n\n{Words}\n", 100, Page, contents);

        Assert.Equal(["one", "two"], chunks.Select(c => c.Anchor));
    }

    [Fact]
    public void Split_DefinitionLargerThanHalfOfAChunk_IsLeftOut()
    {
        var url = $"https://a.example/{Words.Replace(' ', '-')}";
        var chunks = MarkdownChunks.Split($"{Words} [a][1] {Words}\n\n[1]: {url}\n", 100);

        Assert.All(chunks, c => Assert.DoesNotContain("https", c.Text, StringComparison.Ordinal));
    }

    // Otherwise a hostile page of a megabyte would become chunks of a gigabyte.
    [Fact]
    public void Split_DefinitionsThatWouldMultiplyTheDocument_AreLeftOut()
    {
        var text = string.Concat(Enumerable.Repeat("[a][1] ", 5000));
        var chunks = MarkdownChunks.Split($"{text}\n\n[1]: https://a.example/{new string('a', 1000)}\n", 5000);

        Assert.Equal(text + "\n", string.Concat(chunks.Select(c => c.Text)));
    }
}
