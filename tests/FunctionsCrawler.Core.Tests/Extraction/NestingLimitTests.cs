namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class NestingLimitTests
{
    // These elements close implicitly or are closed, so they never nest and the limit must not affect them.
    [Theory]
    [InlineData("<p>a ")]
    [InlineData("<li>a ")]
    [InlineData("<dt>a <dd>a ")]
    [InlineData("<a href=x>a</a> ")]
    [InlineData("<a name=x>a ")]
    [InlineData("<b>a</b> <i>a</i> ")]
    [InlineData("<div><span>a </div>")]
    [InlineData("<section><div>a </section>")]
    [InlineData("<p><img src=x><br>a</p>")]
    [InlineData("<script>a</script>a ")]
    [InlineData("<h1>a</h2>")]
    [InlineData("a<form><div></form></div>")]
    [InlineData("a<select><option>a<option>b</select>")]
    [InlineData("<table><tr><td><b>a<td>b<tr><td>a</table>")]
    [InlineData("<ul><li><p>a<li><p>b</ul>")]
    [InlineData("<svg><g><path/><title>a</title></svg>a ")]
    [InlineData("</x></div></b>a ")]
    public void Extract_ManyElementsNotNested_KeepsTextAndStructure(string piece)
    {
        var html = string.Concat(Enumerable.Repeat(piece, 2000));

        RoundTrip.AssertSameWords(html);
        Assert.Equal(Parts(RoundTrip.Markdown(piece + piece), 1000), Parts(RoundTrip.Markdown(html), 1));
    }

    [Theory]
    [InlineData("<div>a ")]
    [InlineData("<b>a ")]
    [InlineData("<table><tr><td>a ")]
    [InlineData("<p><font size=1>a ")]
    public void Extract_TooDeep_KeepsTheText(string piece)
    {
        var markdown = RoundTrip.Markdown(string.Concat(Enumerable.Repeat(piece, 2000)) + "<script>b</script>c");

        Assert.Equal(2000, markdown.Count(c => c == 'a'));
        Assert.DoesNotContain('b', markdown);
        Assert.Contains('c', markdown);
    }

    // The number of links, bold texts and list items.
    private static (int Links, int Bold, int Items) Parts(string markdown, int times) =>
        (
            markdown.Split("](").Length * times - times,
            markdown.Split("**").Length * times - times,
            markdown.Split("- ").Length * times - times
        );
}
