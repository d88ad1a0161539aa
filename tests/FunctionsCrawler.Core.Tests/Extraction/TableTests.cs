using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class TableTests
{
    private const string Head = "| A | B |\n| --- | --- |\n";

    [Theory]
    [InlineData("<p>a<p>b", "a<br>b")]
    [InlineData("<div>a</div><div>b</div>", "a<br>b")]
    [InlineData("a<br>b<br><br>c", "a<br>b<br>c")]
    [InlineData("<ul><li>a<li>b</ul>c", "• a<br>• b<br>c")]
    [InlineData("<ol start=3><li>a<li><p>b</ol>", "3. a<br>4.<br>b")]
    [InlineData("<ul><li>a<ul><li>b</ul></ul>", "• a<br>• b")]
    [InlineData("<dl><dt>t<dd>d</dl>", "t<br>d")]
    [InlineData("<blockquote>q</blockquote>r", "q<br>r")]
    [InlineData("<h4>h</h4>t", "**h**<br>t")]
    [InlineData("<pre>one line</pre>", "`one line`")]
    [InlineData("a *<br>* b", "a \\*<br>\\* b")]
    [InlineData("x\\<br>y", "x\\\\<br>y")]
    [InlineData("<b>a<br>b</b>", "**a<br>b**")]
    [InlineData("<a href=/x>a<br>b</a>", "[a<br>b](https://docs.example/x)")]
    [InlineData("&lt;br&gt;|", "\\<br>\\|")]
    [InlineData("<table><tr><td>inner</table>", "inner")]
    public void Cell_WithBlocks_IsOneLine(string cell, string expected)
    {
        var html = $"<table><tr><th>A<th>B<tr><td>1<td>{cell}<tr><td>2<td>last</table>";

        Assert.Equal($"{Head}| 1 | {expected} |\n| 2 | last |\n", RoundTrip.Markdown(html));
        RoundTrip.AssertSameWords(html);
    }

    [Theory]
    [InlineData("<pre class=language-sh>x\n  y</pre>", "```sh\nx\n  y\n```")]
    [InlineData("<pre>a | b</pre>", "```\na | b\n```")]
    [InlineData("<table><tr><th>C<th>D<tr><td>3<td>4</table>", "| C | D |\n| --- | --- |\n| 3 | 4 |")]
    public void Cell_WithWhatNoLineCanHold_RefersToBlockBehindTheTable(string block, string expected) =>
        Assert.Equal(
            $"{Head}| 1 | see<br>↓1 |\n| ↓2 | end |\n\n↓1\n\n{expected}\n\n↓2\n\n{expected}\n",
            RoundTrip.Markdown($"<table><tr><th>A<th>B<tr><td>1<td>see{block}<tr><td>{block}<td>end</table>")
        );

    [Theory]
    [InlineData("<table><tr><td><h2>Menu</h2><td><p>text</table>", "## Menu\n\ntext\n")]
    [InlineData("<table><tr><td>menu<td><main><p>text</main></table>", "menu\n\ntext\n")]
    [InlineData("<table role=presentation><tr><th>a<th>b</table>", "a\n\nb\n")]
    [InlineData("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "| | |\n| --- | --- |\n| a | b |\n\nc\n")]
    [InlineData("<table>text<tr><td>a<td>b</table>", "text\n\n| | |\n| --- | --- |\n| a | b |\n")]
    public void Table_OfLayout_IsWrittenAsBlocks(string html, string expected) =>
        Assert.Equal(expected, RoundTrip.Markdown(html));

    [Theory]
    [InlineData("<tfoot><tr><td>f<td>g</tfoot><tr><td>1<td>2", "| | |\n| --- | --- |\n| 1 | 2 |\n| f | g |\n")]
    [InlineData("<tbody><tr><td>1<td>2</tbody><thead><tr><td>A<td>B</thead>", Head + "| 1 | 2 |\n")]
    [InlineData(
        "<tr><th>A<th>B<tbody><tr><td rowspan=0>1<td>2<tr><td>3</tbody><tbody><tr><td>4<td>5</tbody>",
        Head + "| 1 | 2 |\n| | 3 |\n| 4 | 5 |\n"
    )]
    [InlineData("<tr><th>A<th>B<tr><td>1<td>2</tr><caption>C</caption>", "C\n\n" + Head + "| 1 | 2 |\n")]
    [InlineData(
        "<tr><th>A<th>B<tr><td><img src=/i.png alt=yes><td>",
        Head + "| ![yes](https://docs.example/i.png) | |\n"
    )]
    public void Table_OfGroups_HasRowsAsShown(string rows, string expected) =>
        Assert.Equal(expected, RoundTrip.Markdown($"<table>{rows}</table>"));

    [Fact]
    public void Grid_Spans_AreResolvedForOtherReaders()
    {
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(
            "<table><tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>e<td hidden>x<td colspan=2>f</table>"
        );

        var grid = TableGrid.Read(document.QuerySelector("table")!)!;

        Assert.True(grid.HasHeader);
        Assert.Equal(3, grid.Width);
        Assert.Equal(
            ["a* b* b", "a c* d*", "e* f* f"],
            grid.Rows.Select(row =>
                string.Join(' ', row.Select(slot => slot.Cell!.TextContent + (slot.IsOrigin ? "*" : "")))
            )
        );
    }
}
