using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>The format tables: which rows are headers, where spans end, and what is no table of data.</summary>
public sealed class TableReaderTests
{
    [Theory]
    // Row spans end with their group.
    [InlineData("<thead><tr><th rowspan=2>A<th>B</thead><tr><td>1<td>2<tr><td>3<td>4", "A,B", "1,2;3,4")]
    [InlineData(
        "<thead><tr><th>A<th>B</thead><tbody><tr><td rowspan=0>1<td>2<tr><td>3</tbody><tbody><tr><td>4<td>5</tbody>",
        "A,B",
        "1,2;1,3;4,5"
    )]
    // The head is first and the foot last, wherever they are.
    [InlineData("<tbody><tr><td>1<td>2</tbody><thead><tr><td>A<td>B</thead>", "A,B", "1,2")]
    [InlineData("<tfoot><tr><td>f<td>g</tfoot><tr><th>A<th>B<tr><td>1<td>2", "A,B", "1,2;f,g")]
    // Rows of th in the body belong to it if there is a head.
    [InlineData("<thead><tr><th>A<th>B</thead><tr><th>C<th>D<tr><td>1<td>2", "A,B", "C,D;1,2")]
    [InlineData("<tr><th>A<th>B<tr><th>C<th>D<tr><td>1<td>2", "A C,B D", "1,2")]
    [InlineData("<tr><th>A<th>B<tr><th>C<th>D", "A,B", "C,D")]
    // A row that ends before a column that goes on from above.
    [InlineData("<tr><th>A<th>B<th>C<tr><td>1<td>2<td rowspan=2>3<tr><td>4<tr><td>5", "A,B,C", "1,2,3;4,,3;5,,")]
    [InlineData("<tr><tr><th>A<th>B<tr><td>1<td>2", "A,B", "1,2")]
    [InlineData("<tr><th>A<th>B<tr><form><td>1<td>2</form>", "A,B", "1,2")]
    [InlineData("<tr><td>1<td>2<tr><td>3<td>4", "", "1,2;3,4")]
    public void Rows_OfATable_AreThoseOfItsGrid(string rows, string headers, string expected)
    {
        var table = Assert.Single(Read($"<table>{rows}</table>").Tables!);

        Assert.Equal(headers, string.Join(',', table.Headers));
        Assert.Equal(expected, string.Join(';', table.Rows.Select(row => string.Join(',', row))));
    }

    [Theory]
    [InlineData("<table><tr><td class=gutter>1<td class=code>a<tr><td class=gutter>2<td class=code>b</table>")]
    [InlineData("<table><tr><td class=linenos><pre>1\n2</pre><td class=code><pre>a\nb</pre></table>")]
    [InlineData("<table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre><tr><td><pre>3</pre><td><pre>c</pre></table>")]
    [InlineData(
        "<pre><code><table class=hljs-ln><tr><td class=hljs-ln-numbers data-line-number=1><td class=hljs-ln-code>a"
            + "<tr><td class=hljs-ln-numbers data-line-number=2><td class=hljs-ln-code>b</table></code></pre>"
    )]
    [InlineData(
        "<table class='highlight js-file-line-container'><tr><td class=blob-num data-line-number=1><td class=blob-code>a"
            + "<tr><td class=blob-num data-line-number=2><td class=blob-code>b</table>"
    )]
    [InlineData(
        "<div class='syntaxhighlighter js'><table><caption>C</caption><tr><td class=gutter>1<td class=code>a</table></div>"
    )]
    public void Code_LaidOutAsATable_IsNoTable(string html) => Assert.Empty(Read(html).Tables!);

    [Fact]
    public void Code_InACellOfAHighlighter_DoesNotHideATableBehindIt()
    {
        var tables = Read("<pre><table><tr><th>a<th>b</table></pre><table><tr><th>A<tr><td>1</table>").Tables!;

        Assert.Equal(["A"], Assert.Single(tables).Headers);
    }

    [Fact]
    public void Rows_FarShorterThanOne_AreTruncatedWithAWarning()
    {
        var rows = string.Concat(Enumerable.Repeat("<tr><td>a", 20_000));
        var page = Read($"<table><tr><th colspan=1000>wide{rows}</table>");

        Assert.InRange(page.Tables!.Sum(table => table.Rows.Sum(row => row.Count)), 1, 1_200_000);
        Assert.Contains(page.Warnings, warning => warning.Code == PageWarningCode.Truncated);
    }

    private static ExtractedPage Read(string html) =>
        HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(new PageFormats([PageFormat.Tables])));
}
