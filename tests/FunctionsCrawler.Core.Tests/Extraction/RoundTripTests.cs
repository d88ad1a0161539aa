using System.Net;
using FsCheck;
using FsCheck.Fluent;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class RoundTripTests
{
    [Fact]
    public void Render_AfterATextThatMarkdigRefuses_IsRight()
    {
        // Refused while it is written, in the middle of a list item.
        var nested = "- " + new string('[', 3000);
        Assert.Throws<ArgumentException>(() => RoundTrip.Render(nested));

        Assert.Equal(["a", "b"], RoundTrip.WordsOfMarkdown("a\n\nb"));
    }

    private static readonly string Fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    // The first word of a page's file name; see Fixtures/README.md.
    private static readonly string[] Generators =
    [
        "asciidoctor",
        "docbook",
        "docusaurus",
        "doxygen",
        "gitbook",
        "javadoc",
        "man",
        "mdbook",
        "mkdocs",
        "node",
        "rustdoc",
        "sphinx",
        "texinfo",
        "vitepress",
    ];

    // Every sign with a meaning in Markdown, and the letters and spaces that decide whether it has it.
    private static readonly string[] Pieces =
    [
        .. @"\`*_{}[]()#+-.!|~<>&=:^$""'/@%;,?".Select(sign => sign.ToString()),
        .. new[] { " ", " ", " ", "a", "b", "x1", "1", "12.", "é", "中", "—", "“", "€", "\u00a0", "😀", "\n" },
        .. new[]
        {
            "&amp;",
            "&#35;",
            "<b>",
            "![",
            "](",
            "[x]",
            "---",
            "===",
            "```",
            "~~~",
            "**",
            "__",
            "http://a.b/_c_",
        },
    ];

    private static readonly Gen<string> Text = Gen.Elements(Pieces)
        .ListOf()
        .Select(pieces => WebUtility.HtmlEncode(string.Concat(pieces)));

    private static readonly string[] Containers =
    [
        .. new[]
        {
            "p",
            "div",
            "h2",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "pre",
            "table",
            "tr",
            "td",
            "th",
        },
        .. new[] { "b", "i", "em", "del", "code", "span", "a href='/x_(y)?a|b'", "a href='#'", "button", "details" },
        .. new[] { "thead", "caption", "td colspan=2", "td rowspan=3", "ol start=7", "script", "p hidden", "figure" },
    ];

    public static TheoryData<string> Pages =>
        [
            .. Directory
                .GetFiles(Fixtures, "*.html")
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void Pages_OfEveryGenerator_AreThere() =>
        Assert.Equal(
            Generators,
            Directory
                .GetFiles(Fixtures, "*.html")
                .Select(path => Path.GetFileName(path).Split('-')[0])
                .Distinct()
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_OfAGenerator_KeepsItsWords(string name)
    {
        var html = File.ReadAllText(Path.Combine(Fixtures, name));
        Assert.True(RoundTrip.WordsOfPage(html).Count > 100);
        RoundTrip.AssertSameWords(html);
    }

    [Theory]
    [InlineData("<p>{0}</p>")]
    [InlineData("<h2>{0}</h2>")]
    [InlineData("<ul><li>{0}<li>{1}<ul><li>{2}</ul></ul>")]
    [InlineData("<table><tr><th>{0}<th>{1}<tr><td>{2}<td><code>{0}</code></table>")]
    [InlineData("<p>{0}<a href='/x'>{1}</a>{2}</p>")]
    [InlineData("<p>{0}<code>{1}</code>{2}</p>")]
    [InlineData("<p>{0}<br>{1}<br>{2}</p>")]
    [InlineData("<p>{0}<b>{1}</b>{2}</p>")]
    [InlineData("<p>{0}<b>{1}</b><i>{2}</i></p>")]
    [InlineData("<p>{0}<i>{1}<b>{2}</b></i>{0}</p>")]
    [InlineData("<p><i><b>{0}</b>{1}</i><del>{2}</del></p>")]
    [InlineData("<blockquote>{0}<pre>{1}</pre>{2}</blockquote>")]
    public void Text_OfAnyCharacters_KeepsItsWords(string template) =>
        AssertAllKeepTheirWords(
            from a in Text
            from b in Text
            from c in Text
            select template.Replace("{0}", a).Replace("{1}", b).Replace("{2}", c)
        );

    [Fact]
    public void Tree_OfAnyElements_KeepsItsWords() => AssertAllKeepTheirWords(Trees(5));

    private static Gen<string> Trees(int depth)
    {
        var leaf = Gen.Frequency((5, Text), (1, Gen.Elements("<br>", "<hr>", "<img src=i.png>", " ")));
        if (depth == 0)
            return leaf;
        var element =
            from tag in Gen.Elements(Containers)
            from children in Trees(depth - 1).ListOf(3)
            select $"<{tag}>{string.Concat(children)}</{tag.Split(' ')[0]}>";
        return Gen.Frequency((1, leaf), (3, element));
    }

    private static void AssertAllKeepTheirWords(Gen<string> pages) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(2024, 7),
            Prop.ForAll(pages.ToArbitrary(), RoundTrip.AssertSameWords)
        );
}
