using System.Text;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

/// <summary>Feeds, dates, relative URLs and bare ampersands in files that list URLs.</summary>
public sealed class FeedAndRepairTests
{
    private static readonly Uri Base = new("https://a.example/maps/sitemap.xml");

    [Theory]
    [InlineData(
        "<rss version='2.0'><channel><link>https://a.example/</link><item><link>https://a.example/1</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item><item><link> /2 </link></item></channel></rss>"
    )]
    [InlineData(
        "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><atom:link rel='self' href='/feed'/><item><atom:link rel='self' href='/x'/><pubDate>Mon, 02 Mar 2026 10:00:00 +0000</pubDate><link>/1</link></item><item><link>/2</link><link>/3</link></item></channel></rss>"
    )]
    [InlineData(
        "<feed xmlns='http://www.w3.org/2005/Atom'><link href='/'/><entry><link rel='alternate' href='/1'/><published>2020-01-01</published></entry><entry><link href='/2'/></entry></feed>"
    )]
    [InlineData(
        "<rdf:RDF xmlns:rdf='r' xmlns='s'><channel><link>/</link></channel><item><link>/1</link></item><item><link>/2</link></item></rdf:RDF>"
    )]
    public void Read_Feed_HasThePagesOfItsEntries(string xml)
    {
        var feed = Read(xml);

        Assert.Equal(["https://a.example/1", "https://a.example/2"], feed.Pages);
        Assert.Equal((0, null), (feed.Dropped, feed.Fault));
        Assert.DoesNotContain("https://a.example/2", feed.Modified.Keys);
    }

    [Theory]
    [InlineData("<lastmod>2026-03-02T12:00:00+02:00</lastmod><loc>/1</loc>")]
    [InlineData("<loc>/1</loc><lastmod>2026-03-02T10:00:00Z</lastmod>")]
    [InlineData("<loc>/1</loc><lastmod>2026-03-02T10:00Z</lastmod><lastmod>2020-01-01</lastmod>")]
    public void Read_LastMod_BelongsToItsEntryWhereverItIs(string entry)
    {
        var sitemap = Read($"<urlset><url><loc>/0</loc></url><url>{entry}</url><url><loc>/2</loc></url></urlset>");

        Assert.Equal(
            [("https://a.example/1", new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero))],
            sitemap.Modified.Select(m => (m.Key, m.Value))
        );
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("2026-99-99")]
    public void Read_LastModIsNoDate_IsIgnored(string text)
    {
        var sitemap = Read($"<urlset><url><loc>/1</loc><lastmod>{text}</lastmod></url></urlset>");

        Assert.Empty(sitemap.Modified);
        Assert.Single(sitemap.Pages);
    }

    [Fact]
    public void Read_RelativeUrls_AreResolvedAndTextIsDropped()
    {
        var sitemap = Read(
            "<urlset><url><loc>p</loc></url><url><loc>//b.example/q</loc></url><url><loc>?a=1</loc></url><url><loc>coming soon</loc></url><url><loc></loc></url><url><loc>mailto:a@b.example</loc></url></urlset>"
        );

        Assert.Equal(
            ["https://a.example/maps/p", "https://b.example/q", "https://a.example/maps/sitemap.xml?a=1"],
            sitemap.Pages
        );
        Assert.Equal(3, sitemap.Dropped);
    }

    [Fact]
    public void Read_BareAmpersands_AreRepairedAndTold()
    {
        var sitemap = Read(
            "<urlset><!-- a & b --><url><loc>/?a=1&b=2&amp;c=3&#38;d</loc></url><url><loc><![CDATA[/?x&y]]></loc></url><url><loc>/&nbsp;&lt</loc></url></urlset>"
        );

        Assert.Equal(
            ["https://a.example/?a=1&b=2&c=3&d", "https://a.example/?x&y", "https://a.example/&nbsp;&lt"],
            sitemap.Pages
        );
        Assert.Equal("3 ampersands are not written as &amp;", sitemap.Fault);
    }

    [Fact]
    public void Read_AmpersandAndAnotherFault_TellsBoth()
    {
        var sitemap = Read("<urlset><url><loc>/?a&b</loc></url><url></urlset>");

        Assert.Equal(["https://a.example/?a&b"], sitemap.Pages);
        Assert.StartsWith("an ampersand is not written as &amp;, and ", sitemap.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EntityTricks_AreRefused()
    {
        var sitemap = Read(
            "<!DOCTYPE urlset [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>https://a.example/&a;</loc></url></urlset>"
        );

        Assert.Empty(sitemap.Pages);
        Assert.Contains("DTD", sitemap.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Repair_AnyTextInAnyPortions_IsWhatOneReadGives()
    {
        var random = new Random(11);
        string[] pieces =
        [
            "&",
            "&amp;",
            "&#1;",
            "&#x1F;",
            "&x;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "a",
            ";",
            "<a>",
            "]",
            "-",
        ];
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(3000)).Select(_ => pieces[random.Next(pieces.Length)])
            );
            Assert.Equal(Repair(text, int.MaxValue, random), Repair(text, 3, random));
        }
    }

    [Theory]
    [InlineData("&", "&amp;")]
    [InlineData("a&b;c&", "a&amp;b;c&amp;")]
    [InlineData("&#12;&#x1a;&#;&#x;&#g;", "&#12;&#x1a;&amp;#;&amp;#x;&amp;#g;")]
    [InlineData("&quot;&apos;&lt;&gt;&AMP;", "&quot;&apos;&lt;&gt;&amp;AMP;")]
    [InlineData("<!--&--&-->&", "<!--&--&-->&amp;")]
    public void Repair_Text_EscapesOnlyBareAmpersands(string text, string expected) =>
        Assert.Equal(expected, Repair(text, int.MaxValue, new Random(1)));

    private static string Repair(string text, int portion, Random random)
    {
        using var content = new Portions(Encoding.UTF8.GetBytes(text), portion, random);
        using var repaired = new AmpersandRepair(content);
        using var reader = new StreamReader(repaired);
        return reader.ReadToEnd();
    }

    private static SitemapContent Read(string xml) =>
        SitemapReader.Read(Encoding.UTF8.GetBytes(xml), new SitemapLimits(), Base);

    /// <summary>Gives at most a few bytes per read, as a network does.</summary>
    private sealed class Portions(byte[] content, int most, Random random) : MemoryStream(content, writable: false)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, most == int.MaxValue ? count : Math.Min(count, random.Next(1, most + 1)));
    }
}
