namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Code is the text of the page to the character, whatever marks it up, and knows its language.</summary>
public sealed class CodeBlockTests
{
    private const string Two = "a <b\n\tc  ";

    // One line per element, one line per br, numbers in spans, in a column, in rows; copy buttons and hidden messages.
    [Theory]
    [InlineData("<pre>a &lt;b\n\tc  </pre>")]
    [InlineData("<pre>\na &lt;b\n\tc  \n</pre>")]
    [InlineData("<pre><code>a &lt;b<br>\tc  <br></code></pre>")]
    [InlineData("<pre><span class=k>a</span> <span class=o>&lt;</span><i>b</i>\n\t<b>c</b>  </pre>")]
    [InlineData("<pre><span class=line>a &lt;b</span><span class=line>\tc  </span></pre>")]
    [InlineData("<pre><span class=line>a &lt;b</span>\n<span class=line>\tc  </span>\n</pre>")]
    [InlineData(
        "<pre><span class=token-line style='display:block'>a &lt;b<br></span><span class=token-line>\tc  <br></span></pre>"
    )]
    [InlineData("<pre><code class=code-line>a &lt;b</code><code class=code-line>\tc  </code></pre>")]
    [InlineData("<pre><div>a &lt;b</div><div>\tc  </div></pre>")]
    [InlineData("<pre><span data-line=''>a &lt;b</span>\n<span data-line=''>\tc  </span></pre>")]
    [InlineData("<pre><ol class=linenums><li>a &lt;b</li><li>\tc  </li></ol></pre>")]
    [InlineData("<pre><span class=linenos>1</span>a &lt;b\n<span class=linenos>2</span>\tc  \n</pre>")]
    [InlineData(
        "<pre><span class=source-line-no>001</span><span>a &lt;b</span>\n<span class=source-line-no>002</span><span>\tc  </span></pre>"
    )]
    [InlineData("<pre><a href=#1 id=1 data-nosnippet>1</a>a &lt;b\n<a href=#2 id=2 data-nosnippet>2</a>\tc  \n</pre>")]
    [InlineData(
        "<pre>a &lt;b\n\tc  <button>Copy</button><span hidden>Copied!</span><span style='display:none'>x</span></pre>"
    )]
    [InlineData("<pre><clipboard-copy>x</clipboard-copy><div role=button>y</div>a &lt;b\n\tc  </pre>")]
    [InlineData("<pre><span class=line-numbers-rows aria-hidden=true><span></span></span>a &lt;b\n\tc  </pre>")]
    [InlineData(
        "<table class=highlighttable><tr><td class=linenos><div class=linenodiv><pre>1\n2</pre></div></td>"
            + "<td class=code><div><pre>a &lt;b\n\tc  \n</pre></div></td></tr></table>"
    )]
    [InlineData(
        "<div class=chroma><table class=lntable><tr><td class=lntd><pre><code><span class=lnt>1\n</span><span class=lnt>2\n</span></code></pre></td>"
            + "<td class=lntd><pre><code>a &lt;b\n\tc  \n</code></pre></td></tr></table></div>"
    )]
    [InlineData("<table><tr><td><pre>9\n10</pre></td><td><pre>a &lt;b\n\tc  </pre></td></tr></table>")]
    [InlineData(
        "<pre><code><table class=rouge-table><tbody><tr><td class='gutter gl'><pre class=lineno>1\n2\n</pre></td>"
            + "<td class=code><pre>a &lt;b\n\tc  \n</pre></td></tr></tbody></table></code></pre>"
    )]
    [InlineData(
        "<pre><table class=hljs-ln>\n<tr>\n<td class=hljs-ln-numbers data-line-number=1></td><td class=hljs-ln-code>a &lt;b</td></tr>"
            + "<tr><td class=hljs-ln-numbers data-line-number=2></td><td class=hljs-ln-code>\tc  </td></tr></table></pre>"
    )]
    [InlineData(
        "<table class='highlight js-file-line-container'><tr><td class=blob-num data-line-number=1></td><td class=blob-code>a &lt;b</td></tr>"
            + "<tr><td class=blob-num data-line-number=2></td><td class=blob-code>\tc  </td></tr></table>"
    )]
    [InlineData(
        "<div class='syntaxhighlighter js'><div class=toolbar>?</div><table><tr><td class=gutter><div class=line>1</div><div class=line>2</div></td>"
            + "<td class=code><div class=container><div class=line><code>a &lt;b</code></div><div class=line><code>\tc  </code></div></div></td></tr></table></div>"
    )]
    [InlineData(
        "<div class='CodeMirror cm-s-x'><textarea></textarea><div class=CodeMirror-measure>x</div><div class=CodeMirror-code>"
            + "<div><div class=CodeMirror-gutter-wrapper><div class=CodeMirror-linenumber>1</div></div><pre class=CodeMirror-line><span>a &lt;b</span></pre></div>"
            + "<div><div class=CodeMirror-gutter-wrapper><div class=CodeMirror-linenumber>2</div></div><pre class=CodeMirror-line><span>\tc  </span></pre></div></div></div>"
    )]
    [InlineData(
        "<div class=cm-editor><div class=cm-scroller><div class=cm-gutters>12</div><div class=cm-content><div class=cm-line>a &lt;b</div><div class=cm-line>\tc  </div></div></div></div>"
    )]
    [InlineData(
        "<div class=monaco-editor><div class=margin-view-overlays>12</div><div class=view-lines><div class=view-line>a &lt;b</div><div class=view-line>\tc  </div></div></div>"
    )]
    [InlineData(
        "<div class='ace_editor'><div class=ace_gutter>12</div><div class=ace_text-layer><div class=ace_line>a &lt;b</div><div class=ace_line>\tc  </div></div></div>"
    )]
    [InlineData("<code style='display:block; white-space: pre'>a &lt;b\n\tc  </code>")]
    [InlineData("<div style='font-family: monospace; white-space: pre-wrap'>a &lt;b\n\tc  </div>")]
    [InlineData("<textarea readonly>a &lt;b\n\tc  </textarea>")]
    public void Code_OfEachHighlighter_IsItsText(string html) =>
        Assert.Equal([("", Two)], FencedCode.Blocks(RoundTrip.Markdown(html)));

    [Theory]
    [InlineData("<pre>\n\n a</pre>", "\n a")]
    [InlineData("<pre>a\n\n\n</pre>", "a\n\n")]
    [InlineData("<pre>&gt;&gt;&gt; f()\n$ ls\nC:\\> dir</pre>", ">>> f()\n$ ls\nC:\\> dir")]
    [InlineData("<pre>~~~\n```\n````\n</pre>", "~~~\n```\n````")]
    [InlineData("<pre>docu\u00adment \u200b\u00a0</pre>", "docu\u00adment \u200b\u00a0")]
    [InlineData("<pre>a&#13;&#10;b&#13;c</pre>", "a\nb\nc")]
    [InlineData("<pre><span class=line>a</span><span class=line></span><span class=line>b</span></pre>", "a\n\nb")]
    [InlineData("<pre><div class=line></div><div class=line>b</div></pre>", "\nb")]
    [InlineData(
        "<div class=cm-editor><div class=cm-content><div class=cm-line>a</div><div class=cm-line><br></div><div class=cm-line>b</div></div></div>",
        "a\n\nb"
    )]
    [InlineData(
        "<div class=CodeMirror><div class=CodeMirror-code><pre class=CodeMirror-line>a</pre><pre class=CodeMirror-line>\u200b</pre><pre class=CodeMirror-line>b</pre></div></div>",
        "a\n\nb"
    )]
    [InlineData("<pre>H<sub>2</sub> <q>x</q> <kbd>y</kbd> <abbr title=z>w</abbr></pre>", "H2 x y w")]
    public void Code_OddContent_IsExact(string html, string expected) =>
        Assert.Equal([expected], FencedCode.Of(RoundTrip.Markdown(html)));

    [Theory]
    [InlineData("<ul><li>a{0}</ul>")]
    [InlineData("<ol start=10><li><p>a</p>{0}</ol>")]
    [InlineData("<blockquote><p>a</p>{0}</blockquote>")]
    [InlineData("<dl><dt>a<dd>{0}</dl>")]
    [InlineData("<ul><li><blockquote>{0}</blockquote></ul>")]
    [InlineData("<table><tr><th>A<th>B<tr><td>1<td>{0}</table>")]
    public void Code_InEachContainer_IsExact(string container)
    {
        const string code = "one\n two\n\n\tthree\n    four  \n> five\n- six";
        var markdown = RoundTrip.Markdown(container.Replace("{0}", $"<pre>{code.Replace(">", "&gt;")}</pre>"));

        Assert.Equal([code], FencedCode.Of(markdown));
    }

    [Theory]
    [InlineData("<pre><button>Copy</button><code class='language-sh'>x</code></pre>", "sh")]
    [InlineData("<pre class='brush: js notranslate'>x</pre>", "js")]
    [InlineData("<pre class='src src-python'>x</pre>", "python")]
    [InlineData("<pre class='sourceCode haskell'><code>x</code></pre>", "haskell")]
    [InlineData("<pre class='sourceCode numberSource c'>x</pre>", "")]
    [InlineData("<pre><code class='hljs language-ts'>x</code></pre>", "ts")]
    [InlineData("<div class='highlight highlight-source-shell'><pre>x</pre></div>", "shell")]
    [InlineData("<div class=language-toml><div><pre>x</pre></div></div>", "toml")]
    [InlineData("<pre class='line-numbers language-css'><code>x</code></pre>", "css")]
    [InlineData("<pre><code data-lang=go>x</code></pre>", "go")]
    [InlineData("<pre class='language-a`b'>x</pre>", "")]
    [InlineData("<pre><code class=language-a>x</code><code class=language-b>y</code></pre>", "")]
    [InlineData("<pre class=screen>x</pre>", "")]
    public void Code_Language_IsTheDeclaredOne(string html, string language) =>
        Assert.Equal(language, Assert.Single(FencedCode.Blocks(RoundTrip.Markdown(html))).Language);

    [Theory]
    [InlineData("<div><pre>x</pre><button>Copy</button></div>")]
    [InlineData(
        "<div><button title='Copy to clipboard'>Copy code</button><pre>x</pre><span hidden>Copied!</span></div>"
    )]
    [InlineData("<div><pre>x</pre><span role=button>Copied</span></div>")]
    public void CopyButton_BesideCode_IsLeftOut(string html) => Assert.Equal("```\nx\n```\n", RoundTrip.Markdown(html));

    [Fact]
    public void Button_OfAnotherKind_IsKept() =>
        Assert.Equal("Which port?\n", RoundTrip.Markdown("<button>Which port?</button>"));

    // Numbers beside anything but code are data.
    [Fact]
    public void Numbers_BesideText_StayCells() =>
        Assert.Equal(
            "| | |\n| --- | --- |\n| 1 | a |\n",
            RoundTrip.Markdown("<table><tr><td class=gutter>1<td>a</table>")
        );
}
