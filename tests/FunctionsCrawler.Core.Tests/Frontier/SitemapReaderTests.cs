using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Frontier;

public sealed class SitemapReaderTests
{
    private const string Open = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">""";

    private static readonly SitemapLimits Limits = new();

    [Fact]
    public void Read_Urlset_HasPagesInOrder()
    {
        var sitemap = Read(
            $"""
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- made by hand -->
            {Open}
              <url><loc>https://a.example/1?x=1&amp;y=2</loc><lastmod>2026-01-01</lastmod></url>
              <url><priority>0.5</priority><loc> <![CDATA[https://a.example/2]]>
              </loc></url>
              <url xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
                <image:image><image:loc>https://a.example/no.png</image:loc></image:image>
                <loc>HTTPS://A.example:443/ü#top</loc>
              </url>
            </urlset>
            """
        );

        Assert.Equal(["https://a.example/1?x=1&y=2", "https://a.example/2", "https://a.example/%C3%BC"], sitemap.Pages);
        Assert.Empty(sitemap.Sitemaps);
        Assert.Equal((0, SitemapCut.None, null), (sitemap.Dropped, sitemap.Cut, sitemap.Fault));
    }

    [Fact]
    public void Read_Index_HasSitemaps()
    {
        var sitemap = Read(
            "<sitemapindex><sitemap><loc>https://a.example/1.xml.gz</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>"
        );

        Assert.Equal(["https://a.example/1.xml.gz"], sitemap.Sitemaps);
        Assert.Empty(sitemap.Pages);
        Assert.Equal((1, null), (sitemap.Dropped, sitemap.Fault));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    public void Read_ByteOrderMark_DeterminesEncoding(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = $"<?xml version='1.0' encoding='{name}'?>{Open}{Entry("https://a.example/ü")}</urlset>";

        var sitemap = SitemapReader.Read(encoding.GetPreamble().Concat(encoding.GetBytes(text)).ToArray(), Limits);

        Assert.Equal(["https://a.example/%C3%BC"], sitemap.Pages);
    }

    [Fact]
    public void Read_WhiteSpaceBeforeDeclaration_IsSkipped()
    {
        Assert.Single(Read($"\n \r\n<?xml version='1.0'?>{Open}{Entry("https://a.example/")}</urlset>").Pages);
        Assert.Single(Read($"\ufeff\n<?xml version='1.0'?>{Open}{Entry("https://a.example/")}</urlset>").Pages);
    }

    [Fact]
    public void Read_Text_IsOneUrlPerLine()
    {
        var sitemap = Read(
            "\ufeffhttps://a.example/1\r\n\r\n  http://b.example/2 \nftp://c.example/\rd.example\nhttps://e.example/5"
        );

        Assert.Equal(["https://a.example/1", "http://b.example/2", "https://e.example/5"], sitemap.Pages);
        Assert.Equal((2, SitemapCut.None, null), (sitemap.Dropped, sitemap.Cut, sitemap.Fault));
    }

    [Fact]
    public void Read_Gzip_IsDecompressedOnce()
    {
        var xml = Bytes(Open + Entry("https://a.example/") + "</urlset>");

        Assert.Equal(["https://a.example/"], SitemapReader.Read(Gzip(xml), Limits).Pages);
        Assert.Equal(["https://a.example/"], SitemapReader.Read(Gzip("https://a.example/"u8), Limits).Pages);
        Assert.Empty(SitemapReader.Read(Gzip(Gzip(xml)), Limits).Pages);
    }

    [Fact]
    public void Read_TooManyEntries_AreCutAtMaximum()
    {
        var three = Entry("https://a.example/1") + Entry("no") + Entry("https://a.example/3");
        var limits = new SitemapLimits { MaxEntries = 2 };

        foreach (var content in (string[])[Open + three + "</urlset>", "https://a.example/1\nno\nhttps://a.example/3"])
        {
            var cut = SitemapReader.Read(Bytes(content), limits);
            var whole = SitemapReader.Read(Bytes(content), limits with { MaxEntries = 3 });

            Assert.Equal(["https://a.example/1"], cut.Pages);
            Assert.Equal((1, SitemapCut.Entries, null), (cut.Dropped, cut.Cut, cut.Fault));
            Assert.Equal((2, 1, SitemapCut.None), (whole.Pages.Count, whole.Dropped, whole.Cut));
        }
    }

    [Theory]
    [InlineData(Open + "<url><loc>https://a.example/1</loc></url><url><loc>https://a.example/2</loc></url></urlset>")]
    [InlineData("https://a.example/1\nhttps://a.example/2")]
    public void Read_TooManyBytes_AreCutAtMaximum(string text)
    {
        var plain = Bytes(text);
        foreach (var content in (byte[][])[plain, Gzip(plain)])
        {
            var cut = SitemapReader.Read(
                content,
                new SitemapLimits { MaxBytes = text.IndexOf("/2", StringComparison.Ordinal) }
            );
            var whole = SitemapReader.Read(content, new SitemapLimits { MaxBytes = plain.Length });

            // A URL that was cut off is not an entry.
            Assert.Equal(["https://a.example/1"], cut.Pages);
            Assert.Equal((0, SitemapCut.Bytes, null), (cut.Dropped, cut.Cut, cut.Fault));
            Assert.Equal((2, SitemapCut.None, null), (whole.Pages.Count, whole.Cut, whole.Fault));
        }
    }

    [Theory]
    [InlineData(Open + "<url><loc>https://a.example/</loc></url><url><loc>https://b.example/</url></urlset>")]
    [InlineData(Open + "<url><loc>https://a.example/</loc></url><url><loc>https://b.exam")]
    [InlineData(Open + "<url><loc>https://a.example/</loc></url>&unknown;")]
    [InlineData(Open + "<url><loc>https://a.example/</loc></url></urlset><urlset>")]
    [InlineData(Open + "<url><loc>https://a.example/</loc></url>\u0001")]
    public void Read_MalformedXml_KeepsEntriesBeforeTheError(string content)
    {
        var sitemap = Read(content);

        Assert.Equal(["https://a.example/"], sitemap.Pages);
        Assert.NotEmpty(sitemap.Fault!);
        Assert.Equal(SitemapCut.None, sitemap.Cut);
    }

    [Fact]
    public void Read_CorruptGzip_KeepsEntriesBeforeTheError()
    {
        var lines = Bytes(
            string.Concat(Enumerable.Range(0, 5000).Select(i => $"https://a.example/{i * 7919 % 5000}\n"))
        );
        var packed = Gzip(lines);
        packed.AsSpan(packed.Length - 2000, 200).Fill(0xff);

        var sitemap = SitemapReader.Read(packed, Limits);

        Assert.InRange(sitemap.Pages.Count, 100, 4999);
        Assert.NotNull(sitemap.Fault);
        Assert.Empty(SitemapReader.Read(packed[..3], Limits).Pages);
    }

    [Theory]
    [InlineData(
        "<html><body>Not found</body></html>",
        "The root element is \"html\"; urlset, sitemapindex, rss or feed was expected."
    )]
    [InlineData("", null)]
    [InlineData("\0\u0001\u0002", null)]
    public void Read_NotASitemap_HasNoEntries(string content, string? fault)
    {
        var sitemap = Read(content);

        Assert.Empty(sitemap.Pages);
        Assert.Equal(fault, sitemap.Fault);
    }

    [Fact]
    public void Read_Entities_AreRejected()
    {
        var sitemap = Read(
            """
            <!DOCTYPE urlset [<!ENTITY a "https://a.example/"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>
            <urlset><url><loc>&a;</loc></url><url><loc>https://b.example/&f;</loc></url></urlset>
            """
        );

        Assert.Empty(sitemap.Pages);
        Assert.Contains("DTD", sitemap.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LongEntry_IsDropped()
    {
        var tooLong = "https://a.example/" + new string('a', UrlNormalizer.MaxLength);

        var xml = Read(Open + Entry(tooLong) + Entry("https://b.example/") + "</urlset>");
        var lines = Read(tooLong + "\nhttps://b.example/");

        foreach (var sitemap in (SitemapContent[])[xml, lines])
        {
            Assert.Equal(["https://b.example/"], sitemap.Pages);
            Assert.Equal(1, sitemap.Dropped);
        }
    }

    private static string Entry(string url) => $"<url><loc>{url}</loc></url>";

    private static SitemapContent Read(string content) => SitemapReader.Read(Bytes(content), Limits);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
