using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Core.Tests.Selectors;

/// <summary>Selectors find what AngleSharp finds, in time that does not explode.</summary>
public sealed class CssQueryTests
{
    private const string Html = """
        <main id=m class="a b"><p>one<p class=a>two <b>x</b> <i>y</i><p>three
        <ul><li class=a><a href=/1>1</a><li><a href=/2 class=b>2</a> <span>s</span><li class="a b"><b>3</b><i>4</i></ul>
        <div><div class=a><div><span class=b>deep</span></div></div><section><h2>t</h2><p>u</section></div></main><footer class=a><p>f</footer>
        """;

    public static TheoryData<string> Supported =>
        [
            "*",
            "p",
            "#m",
            ".a",
            ".a.b",
            "[href]",
            "a[href^='/2']",
            "main p",
            "main > p",
            "p + p",
            "p ~ ul",
            "main p ~ p",
            "div div span",
            "div > div > div span.b",
            "li.a > b + i",
            "ul li + li a",
            "main > p + p ~ ul > li:last-child i",
            "p, li a, .b",
            ":is(ul, div) .a",
            "li:not(.a)",
            "li:has(> a)",
            "li:has(b) + li, div:has(.b)",
            "p:nth-child(2n+1)",
            "li:first-child a",
            "span:contains('deep')",
            "body p",
            "html > body > main",
        ];

    [Theory]
    [MemberData(nameof(Supported))]
    public void Select_Selector_SameElementsAsAngleSharp(string selector)
    {
        var document = Parse(Html);

        var found = Select(document, selector);

        Assert.NotEmpty(found);
        Assert.Equal(document.QuerySelectorAll(selector), found);
    }

    [Fact]
    public void Select_RandomChains_SameElementsAsAngleSharp()
    {
        var document = Parse(Html);
        string[] parts = ["*", "p", "li", "div", ".a", ".b", "b", "span", "ul", "main"];
        string[] combinators = [" ", " > ", " + ", " ~ "];
        for (var n = 0; n < 2000; n++)
        {
            var selector = parts[n % 10];
            for (var rest = n / 10; rest > 0; rest /= 40)
                selector += combinators[rest % 4] + parts[rest / 4 % 10];

            Assert.Equal(document.QuerySelectorAll(selector), Select(document, selector));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("div >")]
    [InlineData("[")]
    [InlineData("p:unknown")]
    [InlineData("p::before")]
    [InlineData("svg|a")]
    [InlineData("a || b")]
    [InlineData("div:has(a b c)")]
    [InlineData("div:has(:has(a))")]
    [InlineData("div:has(li:first-child)")]
    [InlineData("div:not(a b c d)")]
    public void TryParse_InvalidOrUnbounded_FaultNamesTheSelector(string selector)
    {
        Assert.False(CssQuery.TryParse(selector, out _, out var fault));
        Assert.Contains($"'{selector}'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_TooLongOrTooManyParts_IsAFault()
    {
        Assert.False(CssQuery.TryParse(new string('a', 1025), out _, out var length));
        Assert.Contains("1025", length, StringComparison.Ordinal);
        Assert.False(CssQuery.TryParse(string.Join(' ', Enumerable.Repeat("a", 33)), out _, out var parts));
        Assert.Contains("32 parts", parts, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_ManyPartsOnDeepDocument_DoesNotBacktrack()
    {
        // Matching one element at a time would try 250 over 20 combinations of ancestors.
        var document = Parse(string.Concat(Enumerable.Repeat("<div>", 250)) + "x");
        var selector = "b " + string.Join(' ', Enumerable.Repeat("div", 20));

        Assert.Empty(Select(document, selector));
    }

    [Fact]
    public void Select_BudgetUsedUp_Stops()
    {
        var document = new DocumentIndex(Parse(Html));
        Assert.True(CssQuery.TryParse("p", out var query, out _));

        Assert.Throws<SelectionStoppedException>(() => query.Select(document, new SelectionBudget(steps: 10)));
    }

    private static List<IElement> Select(IHtmlDocument document, string selector)
    {
        Assert.True(CssQuery.TryParse(selector, out var query, out var fault), fault);
        var index = new DocumentIndex(document);
        return [.. query.Select(index, new SelectionBudget()).Select(node => index.ElementAt(node)!)];
    }

    private static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);
}
