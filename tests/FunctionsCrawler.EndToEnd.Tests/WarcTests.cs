using System.IO.Compression;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Archives, from the command line.</summary>
public sealed class WarcTests : EndToEndTest
{
    [Fact]
    public async Task Crawl_WithWarc_WritesAWaczThatCanAlsoBeExported()
    {
        await using var site = await TreeSite.StartAsync(3);

        var exit = await RunAsync(
            site.Url + "p/0",
            "--allow-private",
            "--render",
            "never",
            "--warc",
            "--out",
            "out",
            "--quiet"
        );
        var warc = await RunAsync("export", "out", "--format", "warc", "--out", "out.warc.gz");
        var wacz = await RunAsync("export", "out", "--format", "wacz", "--out", "copy.wacz");

        Assert.Equal((0, 0, 0), (exit.Code, warc.Code, wacz.Code));
        Assert.Equal(3, Index(Path.Combine("out", "crawl.wacz")).Length);
        Assert.Equal(Index(Path.Combine("out", "crawl.wacz")), Index("copy.wacz"));
        using var records = new StreamReader(
            new GZipStream(File.OpenRead(Place.At("out.warc.gz")), CompressionMode.Decompress),
            Encoding.Latin1
        );
        var text = await records.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(3, text.Split("WARC-Type: response").Length - 1);
    }

    [Fact]
    public async Task Export_CrawlWithoutWarc_SaysSo()
    {
        await using var site = await TreeSite.StartAsync(1);
        await RunAsync(site.Url + "p/0", "--allow-private", "--render", "never", "--out", "out", "--quiet");

        var exit = await RunAsync("export", "out", "--format", "warc", "--out", "out.warc.gz");

        Assert.Equal(2, exit.Code);
        Assert.Contains("it was not started with --warc", exit.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Place.At("out.warc.gz")));
        Assert.False(File.Exists(Place.At(Path.Combine("out", "crawl.wacz"))));
    }

    private string[] Index(string wacz)
    {
        using var zip = ZipFile.OpenRead(Place.At(wacz));
        using var index = new StreamReader(zip.GetEntry("indexes/index.cdx")!.Open());
        return index.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
