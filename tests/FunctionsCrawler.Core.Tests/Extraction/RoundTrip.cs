using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using FunctionsCrawler.Extraction;
using Markdig;
using Markdig.Renderers;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>
/// Compares the words of an HTML page, found by selectors and without the extractor's code, with those of the extracted
/// Markdown, rendered by another implementation.
/// </summary>
internal static partial class RoundTrip
{
    public static readonly Uri PageUrl = new("https://docs.example/guide/page.html");

    private const string NotRendered =
        "head, script, style, template, noscript, title, svg, iframe, object, embed, audio, video, canvas, noframes, "
        + "noembed, select, input, textarea, datalist, rp, annotation, annotation-xml, dialog:not([open])";

    // What highlighters put beside code.
    private const string Gutters =
        "pre button, pre [role=button], .fragment button, pre .lineno, .fragment .lineno, pre .linenos, pre .ln, pre .lnt, "
        + "pre a[data-nosnippet], td.linenos, td.gutter";

    // Blocks that cells cannot hold follow their table, captions and heads come before its rows, and feet end it.
    private const string Moving = "td pre, th pre, td .fragment, td table, th table, caption, tfoot, tbody ~ thead";

    private const string Raised = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

    private const string Blocks =
        "address, article, aside, blockquote, br, caption, center, dd, details, dialog, dir, div, dl, dt, fieldset, "
        + "figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hgroup, hr, legend, li, listing, main, menu, "
        + "nav, ol, p, pre, search, section, summary, table, tbody, td, tfoot, th, thead, tr, ul, xmp";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .Build();

    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    public static string Markdown(string html) => HtmlExtractor.Extract(html, PageUrl).Markdown;

    public static string MainMarkdown(string html) =>
        HtmlExtractor.Extract(html, PageUrl, mainContent: true).MainMarkdown!;

    public static IHtmlDocument Render(string markdown)
    {
        using var html = new StringWriter(CultureInfo.InvariantCulture);
        // Not a pooled one, as ToHtml uses: what it refuses half-way would leave its state to the next test.
        var renderer = new HtmlRenderer(html);
        Pipeline.Setup(renderer);
        renderer.Render(Markdig.Markdown.Parse(markdown, Pipeline));
        return new HtmlParser().ParseDocument(html.ToString());
    }

    public static IReadOnlyList<string> WordsOfMarkdown(string markdown) => Words(Render(markdown));

    public static IReadOnlyList<string> WordsOfPage(string html) => WordsOfPage(html, out _, out _);

    /// <summary>
    /// Asserts that the Markdown has the words of the page, in their order, and no others but those of hidden elements, whose
    /// rules have tests of their own, and the marks of lists and blocks in cells.
    /// </summary>
    public static void AssertSameWords(string html)
    {
        var expected = WordsOfPage(html, out var hidden, out var moves);
        var actual = WordsOfMarkdown(Markdown(html));
        var (missing, added) = moves ? Difference(expected, actual) : InOrder(expected, actual);
        if (missing.Count == 0)
            added = Difference(hidden, [.. added.Where(word => !CellMark.IsMatch(word))]).Added;
        Assert.True(
            missing.Count == 0 && added.Count == 0,
            $"Missing: {string.Join(' ', missing.Take(5))}\nAdded: {string.Join(' ', added.Take(5))}\nOf: {string.Join(' ', expected.Take(50))}"
        );
    }

    private static string[] WordsOfPage(string html, out string[] hidden, out bool moves)
    {
        var document = new HtmlParser(
            new HtmlParserOptions { MaximumDepth = HtmlExtractor.MaximumDepth }
        ).ParseDocument(html);
        foreach (var box in document.QuerySelectorAll("input[type=checkbox][disabled]"))
            box.Replace(document.CreateTextNode(box.HasAttribute("checked") ? "[x] " : "[ ] "));
        foreach (var element in document.QuerySelectorAll($"{NotRendered}, {Gutters}"))
            element.Remove();
        foreach (var anchor in document.QuerySelectorAll("a[href^='#'], a.headerlink[href]"))
            if (Permalink.IsMatch(anchor.TextContent) && anchor.QuerySelector("img") is null)
                anchor.Remove();
        foreach (var button in document.QuerySelectorAll("button"))
            if (CopyButton.IsMatch(button.TextContent))
                button.Remove();
        foreach (var image in document.QuerySelectorAll("img[alt]:not([src]), img[alt][src^='data:']"))
            image.Replace(document.CreateTextNode(image.GetAttribute("alt")!));
        moves = document.QuerySelector(Moving) is not null;
        var all = (IDocument)document.Clone();
        foreach (var element in document.QuerySelectorAll("[hidden], [style]"))
            if (element.HasAttribute("hidden") || NoDisplay.IsMatch(element.GetAttribute("style")!))
                element.Remove();
        var explained = document
            .QuerySelectorAll("abbr[title]")
            .SelectMany(a => $"({a.GetAttribute("title")})".Split(' '));
        var shown = Words(document);
        hidden = [.. Difference(shown, Words(all)).Added, .. explained];
        return shown;
    }

    private static (List<string> Missing, List<string> Added) InOrder(string[] expected, IReadOnlyList<string> actual)
    {
        var added = new List<string>();
        var next = 0;
        foreach (var word in actual)
            if (next < expected.Length && string.Equals(word, expected[next], StringComparison.Ordinal))
                next++;
            else
                added.Add(word);
        return ([.. expected.Skip(next)], added);
    }

    private static (List<string> Missing, List<string> Added) Difference(
        IReadOnlyList<string> expected,
        IReadOnlyList<string> actual
    )
    {
        var counts = expected.CountBy(word => word, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var added = new List<string>();
        foreach (var word in actual)
            if (counts.GetValueOrDefault(word) > 0)
                counts[word]--;
            else
                added.Add(word);
        return ([.. counts.Where(count => count.Value > 0).Select(count => count.Key)], added);
    }

    private static string[] Words(IDocument document)
    {
        foreach (var block in document.QuerySelectorAll(Blocks))
        {
            block.Before(document.CreateTextNode(" "));
            block.After(document.CreateTextNode(" "));
        }
        var text = document.DocumentElement.TextContent.Replace("\u00ad", "", StringComparison.Ordinal);
        return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Lowered)];
    }

    // Superscripts and subscripts are written in characters of their own.
    private static string Lowered(string word) =>
        string.Concat(
            word.Select(c =>
                c is >= '\u2080' and <= '\u2089' ? (char)('0' + (c - '\u2080'))
                : Raised.IndexOf(c, StringComparison.Ordinal) is var digit && digit >= 0 ? (char)('0' + digit)
                : c
            )
        );

    [GeneratedRegex(@"(^|;)\s*display\s*:\s*none\b", Options)]
    private static partial Regex NoDisplay { get; }

    [GeneratedRegex(@"^\s*(#|¶|§|∞|⚓[\ufe0e\ufe0f]?|🔗|\uf0c1|\u200b)?\s*$", Options)]
    private static partial Regex Permalink { get; }

    [GeneratedRegex(@"^\s*(copy|copied)\b.{0,20}$", Options)]
    private static partial Regex CopyButton { get; }

    [GeneratedRegex(@"^(•|\d+\.|↓\d+)$", Options)]
    private static partial Regex CellMark { get; }
}
