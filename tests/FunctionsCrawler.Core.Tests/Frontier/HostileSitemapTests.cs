using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Core.Tests.Frontier;

/// <summary>Sitemaps designed to cost memory: without limits, each would take hundreds of megabytes.</summary>
public sealed class HostileSitemapTests
{
    private const int Many = 2_000_000;
    private const long MaxAllocatedBytes = 64 * 1024 * 1024;

    [Theory]
    [InlineData("<urlset>", "<a>", "deep")]
    [InlineData("<urlset", " a=''", "long")]
    [InlineData("<urlset", " a{0}=''", "names")]
    [InlineData("<urlset>", "<a{0}/>", "names")]
    [InlineData("<urlset><url><loc>", "a", "long")]
    [InlineData("<urlset><url><loc>", " ", "long")]
    [InlineData("<urlset><!--", "a", "long")]
    [InlineData("<urlset a='", "a", "long")]
    public void Read_UnboundedGrowth_EndsWithFaultInBoundedMemory(string start, string piece, string fault)
    {
        var packed = Pack(start, piece, Many);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sitemap = SitemapReader.Read(packed, new SitemapLimits());

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains(fault, sitemap.Fault, StringComparison.Ordinal);
        Assert.Empty(sitemap.Pages);
        Assert.InRange(allocated, 0, MaxAllocatedBytes);
    }

    [Theory]
    [InlineData("<urlset>", "<url/>")]
    [InlineData("<urlset><url>", "<loc")]
    [InlineData("", "a")]
    [InlineData("", "\n")]
    [InlineData("https://a.example/\n", "\0")]
    public void Read_GzipBomb_StopsAtMaxBytes(string start, string piece)
    {
        var packed = Pack(start, piece, Many);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var sitemap = SitemapReader.Read(packed, new SitemapLimits { MaxBytes = 500_000 });

        Assert.True(sitemap is { Cut: SitemapCut.Bytes } or { Fault: not null });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocatedBytes);
    }

    private static byte[] Pack(string start, string piece, int count)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        using (var writer = new StreamWriter(gzip, new UTF8Encoding(false)))
        {
            writer.Write(start);
            for (var i = 0; i < count; i++)
                writer.Write(piece.Replace("{0}", i.ToString("x"), StringComparison.Ordinal));
        }
        return packed.ToArray();
    }
}
