using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class LazyImageTests
{
    private const string Gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

    [Theory]
    [InlineData("<img src=/p.jpg>")]
    [InlineData($"<img src='{Gif}' data-src=/p.jpg>")]
    [InlineData("<img src='' data-original=/p.jpg>")]
    [InlineData("<img src=/img/placeholder.png data-lazy-src=/p.jpg>")]
    [InlineData("<img src=about:blank data-src=/p.jpg>")]
    [InlineData("<img srcset='/s.jpg 400w, /p.jpg 800w'>")]
    [InlineData("<img srcset='/s.jpg, /p.jpg 2x'>")]
    [InlineData($"<img src='{Gif}' data-srcset='/p.jpg 2x,/s.jpg 1x'>")]
    [InlineData("<picture><source srcset='/p.jpg 1x' type=image/webp><img></picture>")]
    [InlineData("<picture><source data-srcset=/p.jpg><img data-src='data:,'></picture>")]
    [InlineData("<img class=lazy><noscript><img src=/p.jpg></noscript>")]
    [InlineData($"<picture><img src='{Gif}'></picture><noscript><img data-src=/p.jpg></noscript>")]
    [InlineData("<img src=/p.jpg data-src=/other.jpg srcset='/large.jpg 2000w'>")]
    public void Image_LateOrAmongCandidates_HasItsSource(string html) =>
        Assert.Equal("![](https://docs.example/p.jpg)\n", RoundTrip.Markdown(html));

    [Theory]
    [InlineData($"<img alt=A src='{Gif}'>", "A")]
    [InlineData("<img alt=A src='javascript:x' data-src='data:,x'>", "A")]
    [InlineData("<img alt=A><p>b</p><noscript><img src=/p.jpg></noscript>", "A\n\nb")]
    [InlineData("<img src=/a.jpg><noscript><img src=/a.jpg></noscript>", "![](https://docs.example/a.jpg)")]
    [InlineData("<noscript><img height=1 width=1 src=/track.gif></noscript>a", "a")]
    public void Image_WithoutSource_IsItsAlternative(string html, string expected) =>
        Assert.Equal(expected + "\n", RoundTrip.Markdown(html));

    [Theory]
    [InlineData("a.jpg 1x, b.jpg 3x, c.jpg 2x", "b.jpg")]
    [InlineData("a,b.jpg 100w , c.jpg 50w", "a,b.jpg")]
    [InlineData("a.jpg", "a.jpg")]
    [InlineData("a.jpg,", "a.jpg")]
    [InlineData(" , ", null)]
    [InlineData("a.jpg x, b.jpg w", "a.jpg")]
    public void Set_OfCandidates_YieldsTheLargest(string set, string? expected) =>
        Assert.Equal(expected, LazyImages.Largest(set));
}
