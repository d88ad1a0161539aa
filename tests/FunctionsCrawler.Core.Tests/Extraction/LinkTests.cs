using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

public sealed class LinkTests
{
    private const string Site = "https://docs.example";

    [Theory]
    [InlineData("<a href=a.html> A <b>b</b>\n</a>", $"{Site}/guide/a.html", "A b", true)]
    [InlineData("<a href='/a#x'>A</a>", $"{Site}/a", "A", true)]
    [InlineData("<a href='https://DOCS.example:8443/a'>A</a>", $"{Site}:8443/a", "A", true)]
    [InlineData("<a href='https://other.example'>A</a>", "https://other.example/", "A", false)]
    [InlineData("<a href='//other.example/a b'>A</a>", "https://other.example/a%20b", "A", false)]
    [InlineData("<a href='/a'><img src=i alt='An  image'></a>", $"{Site}/a", "An image", true)]
    [InlineData("<a href='/a'><div>A</div><div>b</div><script>x</script></a>", $"{Site}/a", "A b", true)]
    [InlineData("<map><area href='/a' alt=Area></map>", $"{Site}/a", "Area", true)]
    [InlineData("<frameset><frame src='/a#x' name=toc title=Contents></frameset>", $"{Site}/a", "Contents", true)]
    [InlineData("<iframe src=/a name=A></iframe>", $"{Site}/a", "A", true)]
    [InlineData("<iframe src='javascript:x'></iframe><iframe src='/a'>x</iframe>", $"{Site}/a", "", true)]
    [InlineData("<svg><a href=/a><text>A</text></a></svg>", $"{Site}/a", "A", true)]
    [InlineData("<div hidden><a href='/a' rel=nofollow>A</a></div>", $"{Site}/a", "A", true)]
    [InlineData("<a href=' \n/a\tb '>A</a>", $"{Site}/ab", "A", true)]
    [InlineData("<base href='https://other.example/x/'><a href=a>A</a>", "https://other.example/x/a", "A", false)]
    [InlineData("<a href='/a'></a><a href='/a#y'>A</a><a href='/a'>B</a>", $"{Site}/a", "A", true)]
    public void Links_OneTarget_YieldsOneLink(string html, string url, string text, bool isInternal) =>
        Assert.Equal(new PageLink(url, text, isInternal), Assert.Single(LinksOf(html)));

    [Theory]
    [InlineData("<a href='#x'>A</a>")]
    [InlineData("<a href=''>A</a>")]
    [InlineData("<a href='page.html#x'>A</a>")]
    [InlineData("<a href='mailto:a@b'>A</a><a href='javascript:x()'>B</a><a href='ftp://a.example/'>C</a>")]
    [InlineData("<a href='http://'>A</a><a href='https://[::'>B</a><a href='https://a b/'>C</a><a>D</a>")]
    public void Links_NoOtherPage_YieldsNone(string html) => Assert.Empty(LinksOf(html));

    [Fact]
    public void Links_Several_AreInDocumentOrder() =>
        Assert.Equal(
            $"{Site}/b {Site}/a {Site}/c",
            string.Join(
                ' ',
                LinksOf("<a href=/b>1</a><a href=/a>2</a><a href=/b>3</a><a href=/c>4</a>").Select(link => link.Url)
            )
        );

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 3, false)]
    public void Links_MoreThanMaximum_AreDroppedAndReported(int maxLinks, int count, bool hasMore)
    {
        const string html = "<a href=/a>1</a><a href=/b>2</a><a href=/a>3</a><a href=/c>4</a><a href=/b>5</a>";
        var page = HtmlExtractor.Extract(html, RoundTrip.PageUrl, maxLinks: maxLinks);
        Assert.Equal((count, hasMore), (page.Links.Count, page.HasMoreLinks));
    }

    private static IReadOnlyList<PageLink> LinksOf(string html) => HtmlExtractor.Extract(html, RoundTrip.PageUrl).Links;
}
