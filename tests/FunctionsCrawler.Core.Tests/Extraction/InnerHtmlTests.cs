using AngleSharp.Html.Parser;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class InnerHtmlTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain &amp; text &lt;here&gt;")]
    [InlineData("<p class=a title='x \"y\" & z'>one<p>two<b><i>three</b>four</i>")]
    [InlineData("<img src=a.png alt=A><br><hr><input disabled>")]
    [InlineData("<pre>\n\nfirst</pre><textarea>\n\nsecond</textarea><pre>third</pre>")]
    [InlineData("<script>if (a < b && c) d();</script><style>a > b {}</style>")]
    [InlineData("<!-- note --><!doctype html><?pi x?>")]
    [InlineData("<template><p>inside<template>deep</template></template>")]
    [InlineData("<svg viewBox='0 0 1 1'><path d='M0 0'/><use xlink:href='#a'/></svg><math><mi>x</mi></math>")]
    [InlineData("<table><tr><td>1<td>2</table>after")]
    [InlineData("<iframe><p>raw</p></iframe><noscript><p>no</p></noscript>")]
    [InlineData("<select><option>a<option selected>b</select>&nbsp;end")]
    public void Of_Fragment_IsWhatAngleSharpWrites(string html)
    {
        var document = new HtmlParser().ParseDocument($"<div id=it>{html}</div>");
        var element = document.GetElementById("it")!;

        Assert.Equal(element.InnerHtml, InnerHtml.Of(element));
    }
}
