namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>What browsers show although it is not in the text: position, quotation marks, readings, states of controls.</summary>
public sealed class SemanticsTests
{
    private const string Page = "https://docs.example/guide/page.html";

    [Theory]
    [InlineData("10<sup>6</sup> cells", "10⁶ cells")]
    [InlineData("2<sup>53</sup> − 1", "2⁵³ − 1")]
    [InlineData("m<sup>-2</sup> x<sup>(n+1)</sup>", "m⁻² x⁽ⁿ⁺¹⁾")]
    [InlineData("CO<sub>2</sub> a<sub>1</sub>2", "CO₂ a₁2")]
    [InlineData("e<sup>iπ</sup> x<sub>max</sub> M<sup>T</sup>", "e^(iπ) x\\_(max) M^T")]
    [InlineData("5<sup>th</sup> Kelp<sup>TM</sup> a<sup>*</sup>", "5th KelpTM a\\*")]
    [InlineData("note<sup>[1]</sup>", "note[1]")]
    [InlineData("note<sup><a href='#n'>1</a></sup>", $"note[¹]({Page}#n)")]
    [InlineData("<code>x<sup>2</sup></code>", "`x²`")]
    [InlineData("x<sup><b>2</b></sup>", "x²")]
    [InlineData("<sup></sup>a<sub> </sub>b", "a b")]
    [InlineData("He said <q>yes</q> twice.", "He said \"yes\" twice.")]
    [InlineData("<q>a <q>b</q></q> <q>c</q>", "\"a 'b'\" \"c\"")]
    [InlineData("<ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>", "東京(とうきょう)")]
    [InlineData("<ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby>", "漢(かん)字(じ)")]
    [InlineData("<kbd><kbd>Ctrl</kbd>+<kbd>C</kbd></kbd>", "`Ctrl+C`")]
    [InlineData("<del>old</del> <ins>new</ins> <s>x</s>", "~~old~~ new ~~x~~")]
    [InlineData("<abbr title='Kelp Wire'>KW</abbr>, <abbr title='Kelp Wire'>KW</abbr>", "KW (Kelp Wire), KW")]
    [InlineData("<abbr title='kw'>KW</abbr> <abbr>X</abbr>", "KW X")]
    [InlineData("docu&shy;men&shy;ta&shy;tion zero&#8203;width \ufeffmark", "documentation zerowidth mark")]
    [InlineData("ภาษา\u200bไทย می\u200cخواهم", "ภาษา\u200bไทย می\u200cخواهم")]
    [InlineData("<span dir=rtl>שלום <b>עולם</b> abc</span>", "שלום **עולם** abc")]
    [InlineData("この<strong>「重要」</strong>な点 中<b>文</b>字", "この「重要」な点 中**文**字")]
    [InlineData("<progress value=70 max=100>70 %</progress>", "70 %")]
    public void Inline_Meaning_IsWritten(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown($"<p>{html}</p>"));

    [Theory]
    [InlineData(
        "<ul><li><input type=checkbox checked disabled> a<li><input type=checkbox disabled> b</ul>",
        "- [x] a\n- [ ] b"
    )]
    [InlineData(
        "<ul><li class=task-list-item><label><input type=checkbox checked><span></span></label> a</ul>",
        "- [x] a"
    )]
    [InlineData(
        "<ul><li><p><input type=checkbox disabled> a</p><ul><li><input type=checkbox checked disabled>b</ul></ul>",
        "- [ ] a\n  - [x] b"
    )]
    [InlineData(
        "<table><tr><th>A<th>B<tr><td>x<td><input type=checkbox checked></table>",
        "| A | B |\n| --- | --- |\n| x | [x] |"
    )]
    [InlineData(
        "<table><tr><th>A<th>B<tr><td>x<td><input type=radio></table>",
        "| A | B |\n| --- | --- |\n| x | ( ) |"
    )]
    [InlineData("<input readonly value='git clone `x`'>", "`` git clone `x` ``")]
    [InlineData("<input type=checkbox id=menu><label for=menu>Menu</label>", "Menu")]
    [InlineData(
        "a<input value=x><input type=hidden readonly value=x><input type=password readonly value=x><textarea>x</textarea>",
        "a"
    )]
    [InlineData("<input disabled value=search>a", "a")]
    public void Control_WithMeaning_IsWritten(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown(html));

    [Theory]
    [InlineData("<ul><li>Apple<li>Pear</li><ul><li>green<li>brown</ul></ul>", "- Apple\n- Pear\n  - green\n  - brown")]
    [InlineData("<ol><li>a</li><ol><li>b</li></ol><li>c</ol>", "1. a\n   1. b\n2. c")]
    [InlineData("<ul><ul><li>a</ul><li>b</ul>", "- a\n\n- b")]
    [InlineData("<ul><li>a</li><p>more</p><li>b</ul>", "- a\n\n  more\n\n- b")]
    [InlineData(
        "<ol start=7><li><p>Run:</p><pre>x\n y</pre><p>look</p><li>b<ul><li>c<ol><li>d</ol></ul></ol>",
        "7. Run:\n\n   ```\n   x\n    y\n   ```\n\n   look\n\n8. b\n   - c\n     1. d"
    )]
    [InlineData("<dl><dt>a<dt>b<dd><p>c<pre>d</pre></dl>", "- a\n\n  b\n\n  c\n\n  ```\n  d\n  ```")]
    [InlineData("<details><summary>More</summary><p>inside</details>", "More\n\ninside")]
    public void List_WithBlocks_KeepsItsLevels(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown(html));
}
