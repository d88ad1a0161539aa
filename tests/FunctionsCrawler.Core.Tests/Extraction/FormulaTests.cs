namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>A formula is written once, as its TeX between dollar signs.</summary>
public sealed class FormulaTests
{
    private const string Source = "<annotation encoding='application/x-tex'>E = mc^2</annotation>";
    private const string Math =
        $"<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow>{Source}</semantics></math>";

    [Theory]
    [InlineData(
        $"<span class=katex><span class=katex-mathml>{Math}</span><span class=katex-html aria-hidden=true>E=mc2</span></span>",
        "$E = mc^2$"
    )]
    [InlineData(
        $"<span class=katex-display><span class=katex><span class=katex-mathml>{Math}</span><span class=katex-html>E=mc2</span></span></span>",
        "$$E = mc^2$$"
    )]
    [InlineData(
        "<span class=MathJax_Preview>x</span><span class=MathJax>E=mc2</span><script type='math/tex'>E = mc^2</script>",
        "$E = mc^2$"
    )]
    [InlineData(
        "<div class=MathJax_Display>E=mc2</div><script type='math/tex; mode=display'>E = mc^2</script>",
        "$$E = mc^2$$"
    )]
    [InlineData(
        "<mjx-container display=true><mjx-math>E=mc2</mjx-math><mjx-assistive-mml><math><mi>E</mi><mo>=</mo><mi>m</mi></math></mjx-assistive-mml></mjx-container>",
        "$$E = m$$"
    )]
    [InlineData("<mjx-container><mjx-math>only text</mjx-math></mjx-container>", "only text")]
    [InlineData(
        $"<span class=mwe-math-element><span style='display:none'>{Math}</span><img src=/f.svg alt='E'></span>",
        "$E = mc^2$"
    )]
    [InlineData("<math alttext='a+b' display=block><mi>z</mi></math>", "$$a+b$$")]
    [InlineData("<img class=math src=/f.png alt='\\frac{a}{b}'>", "$\\frac{a}{b}$")]
    [InlineData(
        "<script src=/mathjax/x.js></script>so \\(a_i\\) and \\[b\\] and $$c$$",
        "so $a_i$ and $$b$$ and $$c$$"
    )]
    [InlineData("<span class='math inline'>\\(x^2\\)</span>", "$x^2$")]
    [InlineData("so \\(a\\) costs $5 or $$6", "so \\\\(a\\\\) costs $5 or $$6")]
    [InlineData("<math></math>a", "a")]
    public void Formula_OfEachKind_IsWrittenOnce(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown($"<p>{html}"));

    [Theory]
    [InlineData("<mfrac><mi>a</mi><mi>b</mi></mfrac>", @"\frac{a}{b}")]
    [InlineData("<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><msub><mi>y</mi><mn>10</mn></msub>", "x^2 + y_{10}")]
    [InlineData("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2")]
    [InlineData("<msqrt><mn>2</mn></msqrt><mroot><mi>x</mi><mn>3</mn></mroot>", @"\sqrt{2}\sqrt[3]{x}")]
    [InlineData(
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>0</mn></mrow><mi>n</mi></munderover>",
        @"\sum_{i = 0}^n"
    )]
    [InlineData("<mi>sin</mi><mo>&#8289;</mo><mi>x</mi>", @"\sin x")]
    [InlineData("<mover><mi>x</mi><mo>¯</mo></mover>", @"\overline{x}")]
    [InlineData(
        "<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd></mtr></mtable>",
        @"\begin{matrix}a & b \\ c\end{matrix}"
    )]
    [InlineData("<mtext>50 % & more</mtext>", @"\text{50 \% \& more}")]
    [InlineData("<mrow><mo>{</mo><mi>x</mi><mo>}</mo></mrow>", @"\{x\}")]
    [InlineData("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)")]
    [InlineData("<mi>x</mi><mphantom><mi>y</mi></mphantom>", "x")]
    public void MathMl_WithoutSource_IsConverted(string html, string expected) =>
        Assert.Equal($"${expected}$\n", RoundTrip.Markdown($"<math>{html}</math>"));

    // Respelled in ways that mean the same in TeX, so that no reader of Markdown takes it for markup.
    [Theory]
    [InlineData("a*b", @"a\ast b")]
    [InlineData("a * b", "a * b")]
    [InlineData(@"\hat{x}_i", @"\hat{x}_ i")]
    [InlineData("a<b", "a< b")]
    [InlineData("[a](b)", "[a] (b)")]
    [InlineData("a~b", @"a\ b")]
    [InlineData(@"\text{a $b$}", @"\text{a \(b\)}")]
    [InlineData("a % note\n+ b", "a + b")]
    [InlineData(@"50\%\", @"50\%")]
    [InlineData("`a`", "\u2018a\u2018")]
    [InlineData(@"{\displaystyle a}", "a")]
    public void Tex_WithSignsOfMarkdown_IsRespelled(string tex, string expected) =>
        Assert.Equal($"${expected}$\n", RoundTrip.Markdown($"<p><script type='math/tex'>{tex}</script>"));

    [Fact]
    public void Tex_InCell_HasNoBars() =>
        Assert.Equal(
            "| A | B |\n| --- | --- |\n| $\\vert x\\vert$ | $\\Vert y\\Vert$ |\n",
            RoundTrip.Markdown(
                @"<table><tr><th>A<th>B<tr><td><script type='math/tex'>|x|</script><td><script type='math/tex'>\|y\|</script></table>"
            )
        );
}
