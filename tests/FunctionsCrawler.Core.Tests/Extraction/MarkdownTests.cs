namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class MarkdownTests
{
    private const string Site = "https://docs.example";

    [Theory]
    [InlineData("", "")]
    [InlineData("<p> a\n b\t c </p>", "a b c")]
    [InlineData("<p>a<p>b<div>c</div>d", "a\n\nb\n\nc\n\nd")]
    [InlineData("<p><span>a</span><span>b</span> <span> c</span>", "ab c")]
    [InlineData("<p>a<br>b<br/>", "a\\\nb")]
    [InlineData("a<br><br>b", "a\n\nb")]
    [InlineData("<p>a&nbsp;b<p>&nbsp;", "a\u00a0b")]
    [InlineData("<p>a<hr>b", "a\n\n***\n\nb")]
    [InlineData("<h1>A  <small>b</small></h1><h6>C</h6><h2> </h2>", "# A b\n\n###### C")]
    [InlineData("<h2><p>a</p><p>b<br>c</p></h2>", "## a b c")]
    [InlineData("<blockquote><p>a<p>b<blockquote>c</blockquote></blockquote>d", "> a\n>\n> b\n>\n> > c\n\nd")]
    [InlineData("<blockquote> </blockquote>a", "a")]
    [InlineData("<details><summary>S</summary>t</details>", "S\n\nt")]
    [InlineData("<kbd>Ctrl</kbd>+<kbd>C</kbd> H<sub>2</sub>O x<sup>2</sup>", "`Ctrl`+`C` H\u2082O x\u00b2")]
    [InlineData("<form><label>Name</label> <button>Go</button></form>", "Name Go")]
    public void Block_EachKind_IsWritten(string html, string expected) => AssertMarkdown(html, expected);

    [Theory]
    [InlineData("<ul><li>a<li>b</ul>", "- a\n- b")]
    [InlineData("<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b")]
    [InlineData("<ul><li><p>a<p>b<li>c</ul>", "- a\n\n  b\n\n- c")]
    [InlineData("<ol start=9><li>a<li>b<li value=20>c</ol>", "9. a\n\n10. b\n\n20. c")]
    [InlineData("<ul><li>a<ol><li>b<li>c</ol><li>d</ul>", "- a\n  1. b\n  2. c\n- d")]
    [InlineData("<ul><li>a<ol start=3><li>b</ol></ul>", "- a\n\n  3. b")]
    [InlineData("<ul><li>a</ul><ul><li>b</ul><ol><li>c</ol><ol><li>d</ol>", "- a\n\n+ b\n\n1. c\n\n1) d")]
    [InlineData("<ul><li>a<pre>x\n\ny</pre></ul>", "- a\n\n  ```\n  x\n\n  y\n  ```")]
    [InlineData("<ul><li><ul><li>a</ul><li></ul>", "- - a")]
    [InlineData("<ul><li><hr><li># b</ul>", "- ***\n\n- \\# b")]
    [InlineData("<dl><dt>T<dt>U<dd>d<dd>e<dt>V<dd><p>f<p>g</dl>", "- T\n\n  U\n\n  d\n\n  e\n\n- V\n\n  f\n\n  g")]
    [InlineData("<dl><div><dt>T</dt><dd>d</dd></div></dl>", "- T\n\n  d")]
    [InlineData("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b")]
    [InlineData("<ol start=-5><li>a</ol>", "0. a")]
    public void List_EachKind_IsWritten(string html, string expected) => AssertMarkdown(html, expected);

    [Theory]
    [InlineData("<b>a</b> <i>b</i> <del>c</del>", "**a** *b* ~~c~~")]
    [InlineData("x<b> a </b>y", "x **a** y")]
    [InlineData("<b>a</b><b>b</b> <b>c</b>", "**ab** **c**")]
    [InlineData("<b><i>a</i> b</b> <i>c <b>d</b></i>", "***a* b** *c **d***")]
    [InlineData("<b>a</b><i>b</i>", "**a**b")]
    [InlineData("a<b>(b)</b>c", "a(b)c")]
    [InlineData("<b> </b><i></i>a", "a")]
    [InlineData("<b>a<br></b>b", "**a**\\\nb")]
    [InlineData("a <b>b *</b>", "a **b \\***")]
    [InlineData("<b>a<br># b</b>", "**a\\\n\\# b**")]
    [InlineData("<b><p>a<p>b</b>", "**a**\n\n**b**")]
    [InlineData("<code>a  b</code> <code>`</code> <code>a``b</code>", "`a b` `` ` `` ```a``b```")]
    [InlineData("<code>a</code><code>b</code> <tt>*c_</tt>", "`ab` `*c_`")]
    [InlineData("<code><b>a</b>.b</code> <b><code>c</code></b>", "`a.b` **`c`**")]
    [InlineData("x`<code>y</code>", "x&#96;`y`")]
    [InlineData(
        "<code>[<a href='/'>a</a> [ <a href='/'>b</a>",
        "`[`[`a`](https://docs.example/)`  [  `[`b`](https://docs.example/)"
    )]
    public void Inline_EachKind_IsWritten(string html, string expected) => AssertMarkdown(html, expected);

    [Theory]
    [InlineData("<a href='b.html'>t</a>", $"[t]({Site}/guide/b.html)")]
    [InlineData("<a href='/a (b)'> t </a>x", $"[t]({Site}/a%20%28b%29) x")]
    [InlineData("<a href='?a=1&amp;copy;=2'>t</a>", $"[t]({Site}/guide/page.html?a=1&amp;copy;=2)")]
    [InlineData("<a href='#x'>t</a>", $"[t]({Site}/guide/page.html#x)")]
    [InlineData("<a href='javascript:x()'>t</a><a>u</a>", "tu")]
    [InlineData("<a href='mailto:a@b.example'>t</a>", "[t](mailto:a@b.example)")]
    [InlineData("<a href='x'></a>a", "a")]
    [InlineData("<h2>T<a class=headerlink href='#t'>¶</a></h2>", "## T")]
    [InlineData("<h2>T<a href='#t' aria-hidden=true><svg></svg></a></h2>", "## T")]
    [InlineData("<a href='/'>[a]</a>", $"[\\[a\\]]({Site}/)")]
    [InlineData("<a href='/'><h2>A</h2><p>b</p></a>", $"## [A]({Site}/)\n\n[b]({Site}/)")]
    [InlineData("<img src=i.png alt='a [b]'>", $"![a \\[b\\]]({Site}/guide/i.png)")]
    [InlineData("<a href='/'><img src='/i.png'></a>", $"[![]({Site}/i.png)]({Site}/)")]
    [InlineData("<img alt=a src='data:image/png;base64,AAAA'>", "a")]
    [InlineData("Hi!<a href='/'>t</a>", $"Hi\\![t]({Site}/)")]
    [InlineData("<b>see <a href='/'>t</a>.</b>", $"**see [t]({Site}/).**")]
    [InlineData("<base href='/other/'><a href='b'>t</a>", $"[t]({Site}/other/b)")]
    [InlineData("<figure><img src='/i.png' alt=a><figcaption>c</figcaption></figure>", $"![a]({Site}/i.png)\n\nc")]
    public void Link_EachKind_IsWritten(string html, string expected) => AssertMarkdown(html, expected);

    [Theory]
    [InlineData("<pre>a\n  b\n</pre>", "```\na\n  b\n```")]
    [InlineData("<pre><code class='language-c#'>x</code></pre>", "```c#\nx\n```")]
    [InlineData("<pre class='lang-py'>x</pre>", "```py\nx\n```")]
    [InlineData("<pre><code class='hljs rust'>x</code></pre>", "```rust\nx\n```")]
    [InlineData("<pre data-lang=go>x</pre>", "```go\nx\n```")]
    [InlineData(
        "<div class='highlight-python3 notranslate'><div class=highlight><pre>x</pre></div></div>",
        "```python3\nx\n```"
    )]
    [InlineData(
        "<div class='highlight-default notranslate'><div class=highlight><pre>x</pre></div></div>",
        "```\nx\n```"
    )]
    [InlineData("<div class='highlight-none'><div class=highlight><pre>x</pre></div></div>", "```\nx\n```")]
    [InlineData("<pre>``` *a* &lt;b></pre>", "````\n``` *a* <b>\n````")]
    [InlineData("<pre>a<br>b<span hidden>c</span></pre>", "```\na\nb\n```")]
    [InlineData("<pre> \n </pre>a", "a")]
    [InlineData("<div class=fragment><div class=line>a</div><div class=line>  b</div></div>", "```\na\n  b\n```")]
    public void Code_EachKind_IsFenced(string html, string expected) => AssertMarkdown(html, expected);

    [Theory]
    [InlineData("<tr><th>A<th>B<tr><td>1<td>2", "| A | B |\n| --- | --- |\n| 1 | 2 |")]
    [InlineData("<tr><td>1<td>2", "| | |\n| --- | --- |\n| 1 | 2 |")]
    [InlineData("<thead><tr><td>A<td>B<tbody><tr><td>1<td>", "| A | B |\n| --- | --- |\n| 1 | |")]
    [InlineData("<tr><th>A<th>B<tr><td>a|b<td><p>c<p>d<br>e", "| A | B |\n| --- | --- |\n| a\\|b | c<br>d<br>e |")]
    [InlineData(
        "<tr><th>A<th>B<tr><td><code>a|*b</code><td><code>c</code>",
        "| A | B |\n| --- | --- |\n| a\\|\\*b | `c` |"
    )]
    [InlineData(
        "<tr><th colspan=2>A<th>B<tr><td rowspan=2>1<td>2<td>3<tr><td>4<td>5",
        "| A | | B |\n| --- | --- | --- |\n| 1 | 2 | 3 |\n| | 4 | 5 |"
    )]
    [InlineData("<caption>C</caption><tr><th>A<tr><td>1", "C\n\n| A |\n| --- |\n| 1 |")]
    [InlineData("<tr><td><h2>A</h2><pre>x\ny</pre><td>b", "## A\n\n```\nx\ny\n```\n\nb")]
    [InlineData("<tr><td>a<td><table><tr><th>B<th>C</table>", "a\n\n| B | C |\n| --- | --- |")]
    [InlineData("<tr><td>alone", "alone")]
    [InlineData("<tr><th><td> ", "")]
    public void Table_EachKind_KeepsItsText(string rows, string expected) =>
        AssertMarkdown($"<table>{rows}</table>", expected);

    [Theory]
    [InlineData("snake_case 2 * 3 a-b C# x[0] a & b 1 < 2 it's (x) 1.5 C:\\Dir", null)]
    [InlineData("*a* _b_ `c`", @"\*a\* \_b\_ \`c\`")]
    [InlineData("__init__ ~~x~~", @"\_\_init\_\_ \~\~x\~\~")]
    [InlineData("# a", @"\# a")]
    [InlineData("#a", null)]
    [InlineData("1. a", @"1\. a")]
    [InlineData("1) a", @"1\) a")]
    [InlineData("2024 was", null)]
    [InlineData("- a", @"\- a")]
    [InlineData("-5 a", null)]
    [InlineData("+ a", @"\+ a")]
    [InlineData("> a", @"\> a")]
    [InlineData("--- ===", @"\--- ===")]
    [InlineData("[x] a", @"\[x] a")]
    [InlineData("a [b](c)", @"a [b\](c)")]
    [InlineData("&lt;b> &amp;amp; &amp;#35; AT&amp;T", @"\<b> \&amp; \&#35; AT&T")]
    [InlineData(@"\* \", @"\\\* \\")]
    [InlineData("a<br>=== b<br>--- c<br>| d<br># e", "a\\\n\\=== b\\\n\\--- c\\\n\\| d\\\n\\# e")]
    [InlineData("a | b", null)]
    public void Text_LooksLikeMarkdown_IsEscapedOnlyWhereNeeded(string html, string? expected) =>
        AssertMarkdown($"<p>{html}</p>", expected ?? html);

    [Fact]
    public void Heading_EndsWithNumberSigns_KeepsThem() =>
        AssertMarkdown("<h1># C #</h1><h2>C#</h2>", "# # C \\#\n\n## C\\#");

    [Theory]
    [InlineData("<script>x</script><style>x</style><template>x</template><noscript>x</noscript>")]
    [InlineData("<svg><text>x</text></svg><iframe>x</iframe><object>x</object><video>x</video>")]
    [InlineData("<p hidden>x</p><p style='color:red; DISPLAY : none !important'>x</p><dialog>x</dialog>")]
    [InlineData("<select><option>x</select><input value=x><textarea>x</textarea><datalist><option>x</datalist>")]
    [InlineData("<title>x</title><meta content=x><!-- x -->")]
    public void Page_HiddenContent_IsLeftOut(string html) => AssertMarkdown($"a{html}<p>b</p>", "a\n\nb");

    [Theory]
    [InlineData("<p style='display:block'>x</p>", "x")]
    [InlineData("<p style='x-display:none'>x</p>", "x")]
    [InlineData("<p aria-hidden=true>x</p>", "x")]
    [InlineData("<dialog open>x</dialog>", "x")]
    [InlineData("<p>x <a href='/#s'>#</a></p>", $"x [#]({Site}/#s)")]
    public void Page_VisibleContentThatResemblesHidden_IsKept(string html, string expected) =>
        AssertMarkdown(html, expected);

    private static void AssertMarkdown(string html, string expected)
    {
        Assert.Equal(expected.Length == 0 ? "" : expected + "\n", RoundTrip.Markdown(html));
        // Check the expected Markdown itself against another implementation.
        RoundTrip.AssertSameWords(html);
    }
}
