using FunctionsCrawler.Core.Tests.Extraction;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>What another parser reads from the Markdown of the labelled pages.</summary>
public sealed class CorpusRoundTripTests
{
    public static TheoryData<string> Ids => MainContentCorpusTests.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void Markdown_LabelledPage_HasTheWordsOfThePage(string id) =>
        RoundTrip.AssertSameWords(CorpusPage.All.Single(page => page.Id == id).Html);

    [Theory]
    [MemberData(nameof(Ids))]
    public void MainMarkdown_LabelledPage_HasWordsOfThePageInOrder(string id)
    {
        var html = CorpusPage.All.Single(page => page.Id == id).Html;

        var main = RoundTrip.WordsOfMarkdown(
            HtmlExtractor.Extract(html, RoundTrip.PageUrl, mainContent: true).MainMarkdown!
        );

        Assert.NotEmpty(main);
        // A word changes where a control without a space before it is left out: "interlace()[source]".
        var common = WordAccuracy.CommonSubsequence(main, RoundTrip.WordsOfPage(html));
        Assert.InRange(common, main.Count * 0.97, main.Count);
    }
}
