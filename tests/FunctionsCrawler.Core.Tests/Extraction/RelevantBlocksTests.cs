using FunctionsCrawler.Extraction.Relevance;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class RelevantBlocksTests
{
    private const string Manual = """
        # Manual

        Welcome to the product.

        ## Installation

        Download the archive.

        ```sh
        tar xf archive.tar

        ./install
        ```

        ## Configuration

        Set the port in the file.

        - The proxy needs a certificate.

          Renew the certificate every year.
        - The log has levels.

        ## Licence

        Free to use.
        """;

    [Fact]
    public void Select_Words_MatchingBlocksBelowTheirHeadings() =>
        Assert.Equal(
            "# Manual\n\n## Configuration\n\n- The proxy needs a certificate.\n\n  Renew the certificate every year.\n- The log has levels.\n",
            RelevantBlocks.Select(Manual, "Certificates of the CERTIFICATE")
        );

    [Fact]
    public void Select_WordOfAHeading_ItsBlocks()
    {
        var found = RelevantBlocks.Select(Manual, "installation");

        Assert.StartsWith("# Manual\n\n## Installation\n\nDownload the archive.\n", found, StringComparison.Ordinal);
        Assert.Contains("tar xf archive.tar\n\n./install\n```\n", found, StringComparison.Ordinal);
        Assert.DoesNotContain("Licence", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("价格", "产品的价格是一百元。\n")]
    [InlineData("東京タワー", "昨日は東京タワーに行きました。\n")]
    [InlineData("서울", "서울에서 만나요.\n")]
    [InlineData("CAFÉS", "Das Café ist offen.\n")]
    public void Select_OtherScripts_AreFound(string query, string expected) =>
        Assert.Equal(
            expected,
            RelevantBlocks.Select(
                "产品的价格是一百元。\n\n我们的地址在北京。\n\n昨日は東京タワーに行きました。\n\n서울에서 만나요.\n\nDas Café ist offen.\n",
                query
            )
        );

    [Fact]
    public void Select_NothingMatches_Empty() => Assert.Equal("", RelevantBlocks.Select(Manual, "zebra"));

    [Theory]
    [InlineData("word ")]
    [InlineData("word\n\n")]
    [InlineData("# word\n\n")]
    [InlineData("word\n")]
    public void Select_LongPage_IsBounded(string piece)
    {
        var found = RelevantBlocks.Select(string.Concat(Enumerable.Repeat(piece, 50_000)), "word");

        Assert.InRange(found.Length, 4, RelevantBlocks.MaxLength);
    }

    [Fact]
    public void Of_LoneSurrogates_DoNotFail() => Assert.NotEmpty(SearchTerms.Of("a\ud800 \udc00b é\ud800").ToList());
}
