using FunctionsCrawler.Extraction.Chunking;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class MarkdownChunksTests
{
    private const int Size = MarkdownChunks.MinSize;

    private static readonly string Words = string.Join(' ', Enumerable.Repeat("word", 12));

    [Fact]
    public void Split_SmallDocument_IsOneChunk()
    {
        var chunk = Assert.Single(MarkdownChunks.Split("# Title\n\nText.\n\n## Part\n\nMore.\n"));

        Assert.Equal("# Title\n\nText.\n\n## Part\n\nMore.\n", chunk.Text);
        Assert.Equal(["Title"], chunk.HeadingPath);
        Assert.Equal("title", chunk.Anchor);
        Assert.Equal(8, chunk.Tokens);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n")]
    public void Split_NoText_IsEmpty(string markdown) => Assert.Empty(MarkdownChunks.Split(markdown));

    [Fact]
    public void Split_SizeBelowTheMinimum_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MarkdownChunks.Split("a", 99));

    [Fact]
    public void Split_Headings_KeepsSectionsWholeAndTheirPathCorrect()
    {
        var chunks = MarkdownChunks.Split(
            $"# T\n\n## A\n\n{Words}\n\n### A1\n\n{Words}\n\n## B\n\n{Words}\n\n# U\n\nEnd.\n",
            Size
        );

        Assert.Equal(
            [
                ("# T\n\n", "T", "t"),
                ($"## A\n\n{Words}\n\n", "T > A", "a"),
                ($"### A1\n\n{Words}\n\n", "T > A > A1", "a1"),
                ($"## B\n\n{Words}\n\n", "T > B", "b"),
                ("# U\n\nEnd.\n", "U", "u"),
            ],
            chunks.Select(c => (c.Text, string.Join(" > ", c.HeadingPath), c.Anchor!))
        );
    }

    [Fact]
    public void Split_LongSection_IsCutBetweenParagraphs()
    {
        var chunks = MarkdownChunks.Split($"## A\n\n{Words}\n\n{Words}\n\n{Words}\n", Size);

        Assert.Equal([$"## A\n\n{Words}\n\n", $"{Words}\n\n", $"{Words}\n"], chunks.Select(c => c.Text));
        Assert.All(chunks, c => Assert.Equal(["A"], c.HeadingPath));
    }

    [Fact]
    public void Split_LongParagraph_IsCutBehindSentences()
    {
        var sentence = $"{Words}. ";
        var chunks = MarkdownChunks.Split($"## A\n\n{sentence}{sentence}{sentence}\n", Size);

        Assert.Equal([$"## A\n\n{sentence}", sentence, sentence + "\n"], chunks.Select(c => c.Text));
    }

    [Fact]
    public void Split_TextWithoutSpaces_KeepsSurrogatePairs()
    {
        var chunks = MarkdownChunks.Split("a" + string.Concat(Enumerable.Repeat("😀", 100)), Size);

        Assert.All(chunks, c => Assert.True(char.IsLowSurrogate(c.Text[^1])));
        Assert.Equal([99, 100, 2], chunks.Select(c => c.Text.Length));
    }

    [Fact]
    public void Split_CodeBlockThatFits_StaysWhole()
    {
        var code = $"```sh\n{Words}\n\n# no heading\n```\n";
        var chunks = MarkdownChunks.Split($"## A\n\n{Words}\n\n{code}\nEnd.\n", Size);

        Assert.Equal([$"## A\n\n{Words}\n\n", $"{code}\nEnd.\n"], chunks.Select(c => c.Text));
    }

    [Fact]
    public void Split_HeadingAndCodeBlockThatFitsOnlyAlone_AreCutBetween()
    {
        var code = $"```\n{Words} {Words[..25]}\n```\n";
        var chunks = MarkdownChunks.Split($"## A long heading, longer than most\n\n{code}", Size);

        Assert.Equal(["## A long heading, longer than most\n\n", code], chunks.Select(c => c.Text));
    }

    [Fact]
    public void Split_LargeCodeBlock_IsClosedAndOpenedAgain()
    {
        var lines = Enumerable.Range(10, 12).Select(n => $"line {n} of code").ToList();
        var chunks = MarkdownChunks.Split($"## A\n\n````cs title\n{string.Join('\n', lines)}\n````\n\nEnd.\n", Size);

        Assert.StartsWith("## A\n\n````cs title\nline 10", chunks[0].Text, StringComparison.Ordinal);
        Assert.All(
            chunks.SkipLast(1),
            c => Assert.EndsWith(" of code\n````\n", c.Text.TrimEnd() + "\n", StringComparison.Ordinal)
        );
        Assert.All(
            chunks.Skip(1).SkipLast(1),
            c => Assert.StartsWith("````cs title\nline ", c.Text, StringComparison.Ordinal)
        );
        Assert.All(chunks, c => Assert.InRange(c.Text.Length, 1, Size));
        Assert.Equal(
            lines,
            chunks.SelectMany(c => c.Text.Split('\n')).Where(l => l.StartsWith("line", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Split_LargeCodeBlockInAListItem_IsOpenedAgainWithItsIndentation()
    {
        var code = string.Concat(Enumerable.Range(10, 12).Select(n => $"  > line {n} of code\n"));
        var chunks = MarkdownChunks.Split($"- > ```\n{code}  > ```\n", Size);

        Assert.StartsWith("- > ```\n  > line 10", chunks[0].Text, StringComparison.Ordinal);
        Assert.All(chunks.Skip(1), c => Assert.StartsWith("  > ```\n  > line ", c.Text, StringComparison.Ordinal));
        Assert.All(chunks, c => Assert.EndsWith(" of code\n  > ```\n", c.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_LargeTable_RepeatsItsHeader()
    {
        var rows = string.Concat(Enumerable.Range(10, 12).Select(n => $"| {n} | cell {n} |\n"));
        var chunks = MarkdownChunks.Split($"Text.\n\n| n | name |\n|---|:--|\n{rows}\nEnd.\n", Size);

        Assert.Equal("Text.\n\n", chunks[0].Text);
        Assert.All(
            chunks.Skip(1).SkipLast(1),
            c => Assert.StartsWith("| n | name |\n|---|:--|\n| 1", c.Text, StringComparison.Ordinal)
        );
        Assert.Equal("End.\n", chunks[^1].Text);
        Assert.All(chunks, c => Assert.InRange(c.Text.Length, 1, Size));
    }

    [Fact]
    public void Split_OpenCodeBlockBeforeBlankLines_HasRoomForItsFence()
    {
        // The second line fits with the fence that opens the block again, but not with the one that closes it as well.
        var markdown = $"```\n{new string('a', 60)}\n{new string('b', 95)}{new string('\n', 10)}";

        var chunks = MarkdownChunks.Split(markdown, 100);

        Assert.All(chunks, c => Assert.InRange(c.Text.Length, 1, 100));
        Assert.Equal(markdown, string.Concat(chunks.Select(c => markdown[c.Start..c.End])));
    }

    [Fact]
    public void Split_TableAfterABlankLineThatDoesNotFit_IsCutBetweenRows()
    {
        var rows = string.Concat(Enumerable.Repeat("| 12345678 |\n", 6));
        var text = new string('x', 99);
        // The text with its line feed fills a chunk, and the table would fill another, if it began with no blank line.
        var markdown = $"{text}\n\n| h |\n|---|\n{rows}| 12345 |\n\nEnd.\n";

        var chunks = MarkdownChunks.Split(markdown, 100);

        Assert.All(chunks, c => Assert.InRange(c.Text.Length, 1, 100));
        Assert.Equal(markdown, string.Concat(chunks.Select(c => markdown[c.Start..c.End])));
        Assert.All(chunks, c => Assert.True(c.End == markdown.Length || markdown[c.End - 1] == '\n', c.Text));
    }

    [Fact]
    public void Split_UnderlinedHeading_IsAHeading()
    {
        var chunks = MarkdownChunks.Split($"Title\n=====\n\n{Words}\n\nPart *one*\n---\n\n{Words}\n", Size);

        Assert.Equal(
            [
                ["Title"],
                ["Title", "Part one"],
            ],
            chunks.Select(c => c.HeadingPath)
        );
    }

    [Theory]
    [InlineData("`dotnet` & *C#*", "dotnet & C#", "dotnet--c")]
    [InlineData("1\\. A\\_b snake_case", "1. A_b snake_case", "1-a_b-snake_case")]
    [InlineData("Über “Straßen”", "Über “Straßen”", "über-straßen")]
    [InlineData("中文 标题", "中文 标题", "中文-标题")]
    [InlineData("Closed ##", "Closed", "closed")]
    [InlineData("![logo](https://x.example/i.png) Logo", "logo Logo", "logo-logo")]
    [InlineData("a [b](https://x.example/y#z) c", "a b c", "a-b-c")]
    [InlineData("Install [¶](https://a.example/p#setup)", "Install", "setup")]
    [InlineData("[Install](https://a.example/p#setup-1)", "Install", "setup-1")]
    [InlineData("[Install](#setup%20it)", "Install", "setup it")]
    public void Split_Heading_HasTextAndAnchor(string source, string text, string anchor)
    {
        var chunk = Assert.Single(MarkdownChunks.Split($"## {source}\n\nText.\n", pageUrl: "https://a.example/p"));

        Assert.Equal([text], chunk.HeadingPath);
        Assert.Equal(anchor, chunk.Anchor);
    }

    [Fact]
    public void Split_MainContent_HasTheIdsThatTheWholePageShows()
    {
        var contents =
            "- [A](https://a.example/p#one)\n- [A](https://a.example/p#two)\n- [A](https://a.example/p#one)\n";
        var chunks = MarkdownChunks.Split(
            $"## A\n\n{Words}\n\n## A\n\n{Words}\n",
            Size,
            "https://a.example/p",
            contents
        );

        Assert.Equal(["one", "two"], chunks.Select(c => c.Anchor));
    }

    [Fact]
    public void Split_TableOfContents_GivesTheIdsOfHeadings()
    {
        var contents = "- [First *part*](https://a.example/p#sec-1)\n- [Other](https://a.example/q#sec-2)\n\n";
        var chunks = MarkdownChunks.Split(
            $"{contents}## First part\n\n{Words}\n\n## Other\n\n{Words}\n\n## First part\n\n{Words}\n",
            Size,
            "https://a.example/p"
        );

        Assert.Equal([null, "sec-1", "other", "first-part-1"], chunks.Select(c => c.Anchor));
    }
}
