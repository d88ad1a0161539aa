using System.Collections.Concurrent;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>
/// All pages of real manuals: their code blocks are the same to the character and their tables have the same cells, as another
/// implementation reads the Markdown.
/// </summary>
[Needs(Need.Docs)]
public sealed class DocumentationFidelityTests
{
    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    // Navigation of Sphinx and DocBook, around the content of each page.
    private const string Navigation =
        "div.related, div.sphinxsidebar, div.footer, div.navheader, div.navfooter, nav, footer";

    [Theory]
    [InlineData("postgresql-doc", 1000)]
    [InlineData("python3-doc", 400)]
    public void Markdown_OfAllPages_HasTheirCodeAndTables(string package, int minPages)
    {
        var pages = PagesOf(package);
        Assert.True(pages.Length >= minPages, $"{pages.Length} pages of {package}");
        var faults = new ConcurrentQueue<string>();
        int blocks = 0,
            tables = 0,
            cells = 0;
        Parallel.ForEach(
            pages,
            page =>
            {
                var html = File.ReadAllText(page);
                var source = new HtmlParser().ParseDocument(html);
                var markdown = RoundTrip.Markdown(html);
                var rendered = RoundTrip.Render(markdown);
                var code = CodeOf(source);
                Interlocked.Add(ref blocks, code.Count);
                // One line of code in a cell stays there, as a code span.
                var spans = rendered.QuerySelectorAll("td code, th code").Select(span => span.TextContent).ToHashSet();
                foreach (var inCell in CodeOf(source, "td pre, th pre").Where(spans.Contains))
                    code.Remove(inCell);
                Compare(code, FencedCode.Of(markdown), $"{page}: code", faults);
                if (rendered.QuerySelectorAll("pre").Length != code.Count)
                    faults.Enqueue($"{page}: {rendered.QuerySelectorAll("pre").Length} code blocks of {code.Count}");
                var expected = TablesOf(source);
                Interlocked.Add(ref tables, expected.Count);
                Interlocked.Add(ref cells, expected.Sum(table => table.Rows * table.Columns));
                Compare(expected, TablesOf(rendered), $"{page}: table", faults);
            }
        );

        Figures.Report(
            $"{package}: {pages.Length} pages, {blocks} code blocks, {tables} tables with {cells} cells, {faults.Count} faults"
        );
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(20)));
        Assert.True(blocks > 1000 && tables > 100);
    }

    [Theory]
    [InlineData("postgresql-doc", 1000)]
    [InlineData("python3-doc", 400)]
    public void MainMarkdown_OfAllPages_HasNoNavigation(string package, int minPages)
    {
        var pages = PagesOf(package);
        Assert.True(pages.Length >= minPages, $"{pages.Length} pages of {package}");
        var faults = new ConcurrentQueue<string>();
        var links = 0;
        Parallel.ForEach(
            pages,
            page =>
            {
                var html = File.ReadAllText(page);
                var source = new HtmlParser().ParseDocument(html);
                var navigation = source.QuerySelectorAll(Navigation).SelectMany(LinksOf).ToHashSet();
                foreach (var element in source.QuerySelectorAll(Navigation))
                    element.Remove();
                navigation.ExceptWith(LinksOf(source.DocumentElement));
                Interlocked.Add(ref links, navigation.Count);
                var main = RoundTrip.Render(RoundTrip.MainMarkdown(html));
                foreach (var link in LinksOf(main.DocumentElement).Where(navigation.Contains))
                    faults.Enqueue($"{page}: {link}");
            }
        );

        Figures.Report($"{package}: {links} links of navigation, {faults.Count} in the main content");
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(20)));
        Assert.True(links > 1000);
    }

    private static IEnumerable<(string Text, string Fragment)> LinksOf(IElement element) =>
        element
            .QuerySelectorAll("a[href]")
            .Select(link => (link.TextContent.Trim(), link.GetAttribute("href")!.TrimEnd('/').Split('/')[^1]))
            .Where(link => link.Item1.Length > 0);

    private static string[] PagesOf(string package)
    {
        var root = Directory
            .EnumerateDirectories("/usr/share/doc", package + "*")
            .Select(folder => Path.Combine(folder, "html"))
            .FirstOrDefault(Directory.Exists);
        Requires.Installed(Need.Docs, root is not null, $"{package} is not installed under /usr/share/doc.");
        // The folder may be a link to another package's.
        var target = new DirectoryInfo(root).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root;
        return Directory.GetFiles(target, "*.html", Options);
    }

    // In the order of a multiset: code in the cell of a table follows the table.
    private static void Compare<T>(List<T> expected, List<T> actual, string what, ConcurrentQueue<string> faults)
        where T : notnull
    {
        var counts = expected.CountBy(item => item).ToDictionary();
        foreach (var item in actual)
            if (counts.GetValueOrDefault(item) is var count && count > 0)
                counts[item] = count - 1;
            else
                faults.Enqueue($"{what} added: {Shown(item)}");
        foreach (var (item, count) in counts.Where(pair => pair.Value > 0))
            faults.Enqueue($"{what} missing ({count}): {Shown(item)}");
    }

    private static string Shown(object item) =>
        item.ToString() is { Length: > 200 } text ? text[..200] : item.ToString()!;

    // The fence adds the line feed that ends the last line.
    private static List<string> CodeOf(IDocument document, string selector = "pre") =>
        [
            .. document
                .QuerySelectorAll(selector)
                .Where(pre => !string.IsNullOrWhiteSpace(pre.TextContent))
                .Select(pre => pre.TextContent.EndsWith('\n') ? pre.TextContent[..^1] : pre.TextContent),
        ];

    /// <summary>The sizes of the tables whose cells have text.</summary>
    private static List<(int Rows, int Columns)> TablesOf(IDocument document) =>
        [.. document.QuerySelectorAll("table").Select(SizeOf).Where(size => size.Columns > 1)];

    // Counts positions from the spans. Rows without any text are not written; nor are empty columns at the right.
    private static (int Rows, int Columns) SizeOf(IElement table)
    {
        var covered = new HashSet<(int Row, int Column)>();
        var (rows, columns, written) = (0, 0, 0);
        foreach (var row in table.QuerySelectorAll("tr").Where(row => row.Closest("table") == table))
        {
            var column = 0;
            var hasText = false;
            foreach (var cell in row.Children)
            {
                while (covered.Contains((rows, column)))
                    column++;
                var isEmpty = string.IsNullOrWhiteSpace(cell.TextContent) && cell.QuerySelector("img") is null;
                hasText |= !isEmpty;
                if (!isEmpty)
                    columns = Math.Max(columns, column + 1);
                for (var y = 0; y < Span(cell, "rowspan"); y++)
                for (var x = 0; x < Span(cell, "colspan"); x++)
                    covered.Add((rows + y, column + x));
                column += Span(cell, "colspan");
            }
            rows++;
            written += hasText ? 1 : 0;
        }
        return (written, columns);
    }

    private static int Span(IElement cell, string name) =>
        int.TryParse(cell.GetAttribute(name), out var span) ? Math.Max(span, 1) : 1;
}
