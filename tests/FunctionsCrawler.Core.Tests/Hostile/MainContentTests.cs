using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>
/// Finding the main content takes time linear in the size of the document, with the element limit of production. The
/// documents repeat what the rules look at: names, links, landmarks, headings, nesting, siblings. Comments make them long
/// enough to stay below the limit.
/// </summary>
public sealed class MainContentTests
{
    // 5 MB with the production limit of 250,000 elements.
    private const int BytesPerElement = 20;

    private static readonly Uri Url = new("https://a.example/");

    [Theory]
    [InlineData("", "<div>")]
    [InlineData("", "</p>")]
    [InlineData("", "<ul><li>")]
    [InlineData("", "<table><b>")]
    [InlineData("", "<a href=x>")]
    [InlineData("<p", " a{0}=x")]
    // Wide: siblings that are kept, left out, or one of each.
    [InlineData("<main>", "<p>a</p>")]
    [InlineData("<main>", "<div class=nav>a</div>")]
    [InlineData("<main>", "<p>a</p><nav>b</nav>")]
    [InlineData("", "<div><p>a</div><div><a href=x>b</a></div>")]
    [InlineData("", "<div id=n{0} class='c{0} d{0}-nav'>a</div>")]
    [InlineData("", "<article>a</article>")]
    [InlineData("", "<main>a</main>")]
    [InlineData("<title>a | b</title>", "<h1>a</h1>")]
    [InlineData("<title>a | b</title>", "<h1><a href=x>a</a></h1><div>b</div>")]
    [InlineData("<title>a | b</title>", "<div>a</div>")]
    [InlineData("<main>", "<a href='#{0}'>a</a>")]
    [InlineData("<main>", "<ul><li><a href='#a'>a</a><li><a href='#b'>b</a><li><a href='#c'>c</a></ul>")]
    [InlineData("<main>", "<div><a rel=next href=x>a</a></div>")]
    [InlineData("<main>", "<div>a? <button>b</button><button>c</button></div>")]
    [InlineData("<main>", "<aside>a</aside>")]
    [InlineData("<main>", "<div><a href=x>a</a></div>")]
    [InlineData("", "<hr>a<a href=x>b</a>")]
    [InlineData("<main><pre>", "<span class=comment>a</span>")]
    [InlineData("<main><p>", "<b>a</b><i>b</i>")]
    // Deep: as many open elements as the parser allows, again and again.
    [InlineData("", "{0}<div><div><div><div><div><section><section><section><section><section><a href=x>a</a>")]
    [InlineData("", "<div class=a><h2>b</h2><div class=c><p>d</p>")]
    [InlineData("", "<div><hr><div>a? <button>b</button><aside>c")]
    [InlineData("<div class='", "a{0}-nav ")]
    [InlineData("<div class='", "nav")]
    [InlineData("<title>", "a | ")]
    public void Html(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece + $"<!--{new string('-', BytesPerElement * piece.Count(c => c == '<'))}-->",
            text =>
            {
                try
                {
                    HtmlExtractor.Extract(text, Url, new PageLimits().MaxNodes, mainContent: true);
                }
                catch (TooManyElementsException)
                {
                    // Rejecting the document is a valid result.
                }
            }
        );

    [Fact]
    public void Html_SlowestKnownDocument_MainContentAddsLittle()
    {
        // See docs/benchmarks.md: each end tag creates a paragraph below all open elements.
        var document = LinearTime.Document(string.Concat(Enumerable.Repeat("<span>", 500)), "</p>", 5_000_000);

        var whole = Time(document, mainContent: false);
        var main = Time(document, mainContent: true);

        Figures.Report(
            $"5 MB of </p>: {whole.TotalMilliseconds:F0} ms, {main.TotalMilliseconds:F0} ms with main content"
        );
        Assert.True(main < (whole * 1.5) + TimeSpan.FromMilliseconds(500), $"{whole} {main}");
    }

    [Fact]
    public void Html_LargeDocumentationPage_MainContentAddsLittle()
    {
        var page = Corpus.CorpusPage.All.Single(page => page.Id == "mkdocs-material/deploy").Html;
        var (start, end) = (
            page.IndexOf("<h2", StringComparison.Ordinal),
            page.IndexOf("<aside class=\"md-source", StringComparison.Ordinal)
        );
        var document = page[..start] + string.Concat(Enumerable.Repeat(page[start..end], 400)) + page[end..];

        var whole = Time(document, mainContent: false);
        var main = Time(document, mainContent: true);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{document.Length} characters: {whole.TotalMilliseconds:F0} ms, {main.TotalMilliseconds:F0} ms with main content"
        );
        Assert.True(main < whole * 3, $"{whole} {main}");
    }

    private static TimeSpan Time(string document, bool mainContent)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = ThreadClock.Now();
            try
            {
                HtmlExtractor.Extract(document, Url, new PageLimits().MaxNodes, mainContent: mainContent);
            }
            catch (TooManyElementsException)
            {
                // Rejecting the document is a valid result.
            }
            var time = ThreadClock.Now() - start;
            best = time < best ? time : best;
        }
        return best;
    }
}
