using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>"Not visible now" is not "not content"; what opens over or beside the content is not content.</summary>
public sealed class HiddenContentTests
{
    [Theory]
    [InlineData("<div role=tabpanel>a</div><div role=tabpanel hidden>x</div>")]
    [InlineData("<div hidden=until-found>x</div>")]
    [InlineData("<button aria-controls=p>q</button><span></span><div id=p hidden>x</div>")]
    [InlineData("<button data-bs-target='#p'>q</button><br><div id=p style='display:none'>x</div>")]
    [InlineData("<a role=tab href='#p'>q</a><br><section id=p style='DISPLAY: none !important'>x</section>")]
    [InlineData("<div><h3>q</h3><div style='height:0; display:none'>x</div></div>")]
    [InlineData("<div><div><button>q</button></div><div hidden>x</div></div>")]
    [InlineData("<dl><dt>q<dd style='display:none'>x</dl>")]
    [InlineData("<div><section>a</section><section style='display:none'>x</section></div>")]
    [InlineData("<div><div class='pane active'>a</div><div class=pane hidden>x</div><script></script></div>")]
    [InlineData("<div class='tab-pane fade' hidden>x</div>")]
    [InlineData("<ul><li>a<li hidden>x</ul>")]
    [InlineData("<details><summary>q</summary><p>x</details>")]
    public void Content_ThatIsOpenedByAReader_IsWritten(string html) =>
        Assert.Contains('x', RoundTrip.Markdown($"<body><main>{html}</main></body>"));

    [Theory]
    [InlineData("<div hidden>x</div>")]
    [InlineData("<p hidden>x</p><span hidden>x</span>")]
    [InlineData("<div class='modal fade' id=m style='display:none'>x</div><button data-target='#m'>b</button>")]
    [InlineData("<button aria-controls=n>b</button><nav id=n hidden>x</nav>")]
    [InlineData("<button aria-controls=n aria-haspopup=true>b</button><br><div id=n hidden>x</div>")]
    [InlineData("<h2>b</h2><div class=cookie-banner hidden>x</div>")]
    [InlineData("<h2>b</h2><div role=dialog hidden>x</div>")]
    [InlineData("<h2>b</h2><div role=search style='display:none'>x</div>")]
    [InlineData("<section>a</section><div class=print-only hidden>x</div>")]
    [InlineData("<pre>a<span hidden>x</span><div role=tabpanel hidden>x</div></pre>")]
    [InlineData("<template><p>x</p></template><noscript>x</noscript><dialog>x</dialog>")]
    public void Boilerplate_ThatIsHidden_IsLeftOut(string html) =>
        Assert.DoesNotContain('x', RoundTrip.Markdown($"<body>{html}</body>"));

    [Theory]
    [InlineData("<x-a><template shadowrootmode=open><p>in</p></template></x-a>", "in")]
    [InlineData(
        "<x-a><template shadowrootmode=closed><h2><slot name=t>none</slot></h2><slot></slot></template><b slot=t>T</b>text</x-a>",
        "## **T**\n\ntext"
    )]
    [InlineData("<x-a><template shadowrootmode=open><slot>fallback</slot></template></x-a>", "fallback")]
    [InlineData("<x-a><template shadowrootmode=open><p>in</p></template><p>unslotted</p></x-a>", "in\n\nunslotted")]
    [InlineData(
        "<x-a><TEMPLATE ShadowRootMode='open'><x-b><template shadowrootmode=open>[<slot></slot>]</template><slot></slot></x-b></TEMPLATE>light</x-a>",
        "\\[light]"
    )]
    [InlineData("<x-a><template shadowrootmode=open><template>no</template>yes</template></x-a> after", "yes after")]
    [InlineData("<template>no</template><template shadowrootmode=bad>no</template>a", "a")]
    [InlineData(
        "<script>'<template>'</script><x-a><template shadowrootmode=open>in</template></x-a> after",
        "in after"
    )]
    [InlineData("<iframe srcdoc='<p>in</p>'></iframe><p>after", "in\n\nafter")]
    [InlineData("<iframe src=/f.html title=Map></iframe>", "[Map](https://docs.example/f.html)")]
    [InlineData(
        "<iframe src=/f.html></iframe><iframe hidden srcdoc=x></iframe><iframe src='javascript:x' title=t></iframe>a",
        "a"
    )]
    [InlineData(
        "<frameset><frame src=/t.html name=toc><frame src=/m.html title=Main><noframes><p>No <a href=/p.html>frames</a></noframes></frameset>",
        "[toc](https://docs.example/t.html)\n\n[Main](https://docs.example/m.html)\n\nNo [frames](https://docs.example/p.html)"
    )]
    public void Document_InsideTheDocument_IsWritten(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown(html));

    [Theory]
    [InlineData("<x-a><template shadowrootmode=open><a href=/in>t</a></template></x-a>", "/in")]
    [InlineData("<iframe srcdoc='<a href=/in>t</a>'></iframe>", "/in")]
    [InlineData("<iframe src=/in title=t></iframe>", "/in")]
    [InlineData("<frameset><frame src=/in name=t></frameset>", "/in")]
    [InlineData("<frameset><frame><noframes><a href=/in>t</a></noframes></frameset>", "/in")]
    public void Link_InsideTheDocument_IsFollowed(string html, string path)
    {
        var link = Assert.Single(HtmlExtractor.Extract(html, RoundTrip.PageUrl).Links);

        Assert.Equal(("https://docs.example" + path, "t"), (link.Url, link.Text));
    }

    // Slots project content to where the tree is deeper than the parser allows.
    [Fact]
    public void ShadowRoots_NestedInSlots_StayWithinTheStack()
    {
        var html = string.Concat(
            Enumerable.Repeat(
                "<x-a><template shadowrootmode=open>"
                    + string.Concat(Enumerable.Repeat("<div>", 100))
                    + "<slot></slot></template>",
                200
            )
        );
        string? markdown = null;
        var thread = new Thread(() => markdown = RoundTrip.Markdown(html + "innermost"), 512 * 1024);
        thread.Start();

        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.Contains("innermost", markdown, StringComparison.Ordinal);
    }
}
