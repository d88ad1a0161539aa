using AngleSharp.Html.Parser;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Core.Tests.Selectors;

public sealed class XPathQueryTests
{
    private const string Html =
        "<ul id=u><li class=a>one<li>two <a href=/x title=t>link</a><li class=a>three</ul><p>end <b>bold</b></p>";

    [Theory]
    [InlineData("//li", "one|two link|three")]
    [InlineData("//li[@class='a']", "one|three")]
    [InlineData("//li[2]/a/@href", "/x")]
    [InlineData("//a/@*", "/x|t")]
    [InlineData("//li[last()]", "three")]
    [InlineData("//li[position() < 3 and not(a)]", "one")]
    [InlineData("//p/text()", "end ")]
    [InlineData("//b | //a | //li[1]", "one|link|bold")]
    [InlineData("//a/ancestor::ul/@id", "u")]
    [InlineData("//a/../preceding-sibling::li", "one")]
    [InlineData("//li[1]/following::*", "two link|link|three|end bold|bold")]
    [InlineData("//b/preceding::a", "link")]
    [InlineData("/html/body/p/b", "bold")]
    [InlineData("//*[contains(., 'three') and self::li]", "three")]
    [InlineData("count(//li)", "3")]
    [InlineData("string(//b)", "bold")]
    [InlineData("concat(//b, '-', //a)", "bold-link")]
    [InlineData("count(//li) > 2", "true")]
    [InlineData("number('x')", "")]
    [InlineData("//LI", "")]
    public void Select_Expression_NodesInDocumentOrder(string expression, string expected)
    {
        var document = Index(Html);
        Assert.True(XPathQuery.TryParse(expression, out var query, out var fault), fault);

        var found = query
            .Select(document, 0, new SelectionBudget())
            .Select(s => s.Text ?? document.ElementAt(s.Node)!.TextContent);

        Assert.Equal(expected, string.Join('|', found));
    }

    [Fact]
    public void Select_RelativeExpression_StaysInsideTheNode()
    {
        var document = Index(Html);
        var list = Enumerable.Range(0, document.Count).First(n => document.ElementAt(n)?.LocalName == "ul");
        Assert.True(XPathQuery.TryParse(".//b | ./li/a", out var query, out _));

        var found = query.Select(document, list, new SelectionBudget()).ToList();

        Assert.Equal("a", document.ElementAt(Assert.Single(found).Node)!.LocalName);
    }

    [Theory]
    [InlineData("//li[")]
    [InlineData("")]
    [InlineData("//li[foo(.)]")]
    [InlineData("$x")]
    [InlineData("//svg:a")]
    [InlineData("((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))")]
    public void TryParse_Invalid_FaultNamesTheExpression(string expression)
    {
        Assert.False(XPathQuery.TryParse(expression, out _, out var fault));
        Assert.Contains($"'{expression}'", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//*[count(//*) > 1]")]
    [InlineData("//*//*//*//*")]
    [InlineData("//*[string-length(string(/)) > 1]")]
    public void Select_QuadraticExpression_IsStopped(string expression)
    {
        var document = Index(string.Concat(Enumerable.Repeat("<div><p>text", 20_000)));
        Assert.True(XPathQuery.TryParse(expression, out var query, out _));

        Assert.Throws<SelectionStoppedException>(() =>
            query.Select(document, 0, new SelectionBudget(steps: 2_000_000)).Count()
        );
    }

    private static DocumentIndex Index(string html) => new(new HtmlParser().ParseDocument(html));
}
