using AngleSharp.Dom;
using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Core.Tests.Hostile;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Nothing of a page becomes markup of the Markdown that the page did not have: no HTML, no link of another kind.</summary>
public sealed class MarkdownSafetyTests
{
    private const string Page =
        "<p>a</p><pre>b</pre><table><tr><th>c<th>d<tr><td>e<td>f</table><a href='/x'>g</a><ul><li>h</ul><code>i</code>";

    private static readonly string[] Pieces =
    [
        "&lt;script>alert(1)&lt;/script>",
        "&lt;img src=x onerror=y>",
        "[x](javascript:alert(1))",
        "![x](data:text/html,y)",
        "[x]: javascript:alert(1)\n",
        "&lt;javascript:alert(1)>",
        "\n```\n",
        "~~~",
        "`",
        "|",
        "\\",
        "$",
        "$$",
        "&lt;br>",
        "&lt;!--",
        "<a href='javascript:alert(1)'>",
        "<a href='data:text/html,x'>",
        "<a href='/y_(z)|`\"&lt;b>'>",
        "</a>",
        "<img src='javascript:x' alt='](javascript:y)'>",
        "<img src='/i.png' alt='`&lt;b onclick=x>]('>",
        "<img class=math alt='&lt;script>$](javascript:z)`'>",
        "<script type='math/tex'><img onerror=x> ](javascript:y) ` $ *a* _b_</script>",
        "<math><mtext>&lt;img src=x>`](data:y)</mtext></math>",
        "<script src=katex.js></script>\\(",
        "\\)",
        "<abbr title='&lt;script> [x](javascript:y) `'>k</abbr>",
        "<input readonly value='`&lt;script>``|'>",
        "<iframe src='/f' title='](javascript:x) &lt;b>'></iframe>",
        "<iframe srcdoc='&lt;a href=javascript:x>l&lt;/a>&lt;script>m&lt;/script>'></iframe>",
        "<iframe src='data:text/html,x' title=t></iframe>",
        "<pre class='language-x`y'>",
        "<pre data-lang='a\nb'>",
        "</pre>",
        "<td>",
        "<tr>",
        "<li>",
        "<sup>",
        "<q>",
        "<kbd>",
        "<b>",
        "</b>",
        "\n",
        " ",
    ];

    private static readonly HashSet<string> Elements = new(
        "html head body p pre code table thead tbody tr th td a ul ol li blockquote h1 h2 h3 h4 h5 h6 hr br em strong del img".Split(
            ' '
        ),
        StringComparer.Ordinal
    );

    private static readonly HashSet<string> Attributes = new(
        "href src alt class start title".Split(' '),
        StringComparer.Ordinal
    );

    [Theory]
    [InlineData("<script>alert(1)</script> &lt;b> <b>x</b>")]
    [InlineData("[text](javascript:a) ![i](data:a) <https://a.example/> [a][1]")]
    [InlineData("```\nnot code\n```\n`nor` this\n~~~\nor this")]
    [InlineData("*not* __strong__ and \\* | a | b |")]
    public void PlainText_WithMarkup_IsText(string text)
    {
        var rendered = RoundTrip.Render(Escaping.PlainText(text));

        Assert.Empty(rendered.QuerySelectorAll("script, a, b, img, code, em, strong, table"));
        Assert.Equal(text, rendered.Body!.TextContent.Trim());
    }

    [Fact]
    public void PlainText_List_StaysAList() =>
        Assert.Equal(2, RoundTrip.Render(Escaping.PlainText("- one\n- two")).QuerySelectorAll("li").Length);

    [Fact]
    public void Markdown_OfAnyPage_HasNoMarkupButItsOwn() =>
        Prop.ForAll(Mutations.Of([Page, ""], Pieces).ToArbitrary(), html => Fault(html) is null)
            .Check(Mutations.Thorough);

    private static string? Fault(string html)
    {
        if (Render(RoundTrip.Markdown(html)) is not { } rendered)
            return null;
        foreach (var element in rendered.All)
        {
            if (!Elements.Contains(element.LocalName))
                return element.OuterHtml;
            if (element.Attributes.Any(attribute => !Attributes.Contains(attribute.Name)))
                return element.OuterHtml;
            var url = element.GetAttribute("href") ?? element.GetAttribute("src");
            if (url is not null && !IsAllowed(url, element))
                return element.OuterHtml;
        }
        return null;
    }

    // Markdig refuses text with many brackets or delimiters; smaller samples of the same kind are read.
    private static IDocument? Render(string markdown)
    {
        try
        {
            return RoundTrip.Render(markdown);
        }
        catch (ArgumentException e) when (e.Message.Contains("too deeply nested", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static bool IsAllowed(string url, IElement element) =>
        (Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https")
        || (element.LocalName is "a" && url.StartsWith("mailto:", StringComparison.Ordinal));
}
