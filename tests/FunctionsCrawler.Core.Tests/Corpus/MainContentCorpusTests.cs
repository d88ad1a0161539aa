using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FunctionsCrawler.Core.Tests.Extraction;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Corpus;

/// <summary>The main content of labelled pages, measured in words. See docs/main-content.md.</summary>
public sealed partial class MainContentCorpusTests
{
    private const double AveragePrecision = 0.95;
    private const double AverageRecall = 0.98;
    private const double Least = 0.85;

    public static TheoryData<string> Ids => [.. CorpusPage.All.Select(page => page.Id)];

    [Fact]
    public void Corpus_IsLargeAndVaried()
    {
        Assert.InRange(CorpusPage.All.Count, 60, int.MaxValue);
        Assert.InRange(CorpusPage.All.Select(page => page.Kind).Distinct().Count(), 12, int.MaxValue);
        Assert.InRange(CorpusPage.All.Count(page => page.Round > 0) * 3, CorpusPage.All.Count, int.MaxValue);
        Assert.Equal(CorpusPage.All.Count, CorpusPage.All.Select(page => page.Html).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void MainMarkdown_LabelledPage_HasTheExpectedWords(string id)
    {
        var page = CorpusPage.All.Single(page => page.Id == id);

        var main = MainMarkdownOf(page);

        var accuracy = Accuracy(page, RoundTrip.WordsOfMarkdown(main));
        Assert.True(accuracy.Precision >= Least && accuracy.Recall >= Least, $"{accuracy}\n{main}");
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void MainMarkdown_LabelledPage_IsTheExpectedMarkdown(string id)
    {
        var page = CorpusPage.All.Single(page => page.Id == id);

        var (expected, actual) = (Normalised(page.Expected), Normalised(MainMarkdownOf(page)));

        if (page.Difference is null)
            Assert.Equal(expected, actual);
        else
            Assert.True(expected != actual, "The Markdown is right now: remove the page's setting 'difference'.");
    }

    [Fact]
    public void MainMarkdown_AllPages_BeatsBaselines()
    {
        var results = CorpusPage.All.Select(page => new Result(page)).ToList();
        Figures.Report(Table(results));

        foreach (var group in (List<Result>[])[results, [.. results.Where(result => result.Page.Round > 0)]])
        {
            var ours = WordAccuracy.Average(group.Select(result => result.Ours));
            var reader = WordAccuracy.Average(group.Select(result => result.SmartReader));
            Assert.InRange(ours.Precision, AveragePrecision, 1);
            Assert.InRange(ours.Recall, AverageRecall, 1);
            Assert.True(ours.Precision > reader.Precision && ours.Recall > reader.Recall, $"{ours} {reader}");
        }
        Assert.All(results, result => Assert.True(result.Ours.Precision >= result.Whole.Precision, result.Page.Id));
    }

    private static string MainMarkdownOf(CorpusPage page) =>
        HtmlExtractor.Extract(page.Html, RoundTrip.PageUrl, mainContent: true).MainMarkdown!;

    private static WordAccuracy Accuracy(CorpusPage page, IReadOnlyList<string> words) =>
        WordAccuracy.Of(words, RoundTrip.WordsOfMarkdown(page.Expected));

    // Markdown with the same structure may differ in characters: "*" or "-" for a list, escapes, padding of table cells.
    private static string Normalised(string markdown) =>
        Space
            .Replace(RoundTrip.Render(markdown).Body!.InnerHtml.Replace("&nbsp;", " ", StringComparison.Ordinal), " ")
            .Replace(" </", "</", StringComparison.Ordinal);

    private static string Table(List<Result> results)
    {
        var text = new StringBuilder();
        text.AppendLine("| kind | pages | exact | precision | recall | SmartReader | | whole page | |");
        text.AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var kind in results.GroupBy(result => result.Page.Kind))
            Row(kind.Key, [.. kind]);
        foreach (var round in results.GroupBy(result => result.Page.Round).OrderBy(round => round.Key))
            Row(round.Key == 0 ? "**tuned on**" : $"**held out, {round.Key}**", [.. round]);
        Row("**all**", results);
        return text.ToString();

        void Row(string name, List<Result> group)
        {
            if (group.Count == 0)
                return;
            var figures = new[]
            {
                WordAccuracy.Average(group.Select(result => result.Ours)),
                WordAccuracy.Average(group.Select(result => result.SmartReader)),
                WordAccuracy.Average(group.Select(result => result.Whole)),
            };
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {group.Count} | {group.Count(one => one.IsExact)} |"
            );
            foreach (var figure in figures)
                text.Append(CultureInfo.InvariantCulture, $" {figure.Precision:F3} | {figure.Recall:F3} |");
            text.AppendLine();
        }
    }

    [GeneratedRegex(@"[ \t\r\n]+", RegexOptions.NonBacktracking)]
    private static partial Regex Space { get; }

    private sealed class Result
    {
        public Result(CorpusPage page)
        {
            Page = page;
            var main = MainMarkdownOf(page);
            Ours = Accuracy(page, RoundTrip.WordsOfMarkdown(main));
            SmartReader = SmartReaderBaseline
                .Words(page.Html)
                .Select(words => Accuracy(page, words))
                .MaxBy(accuracy => accuracy.Precision + accuracy.Recall);
            Whole = Accuracy(page, RoundTrip.WordsOfPage(page.Html));
            IsExact = Normalised(main) == Normalised(page.Expected);
        }

        public CorpusPage Page { get; }

        public WordAccuracy Ours { get; }

        public WordAccuracy SmartReader { get; }

        public WordAccuracy Whole { get; }

        public bool IsExact { get; }
    }
}
