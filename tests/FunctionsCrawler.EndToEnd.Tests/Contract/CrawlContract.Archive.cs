using System.IO.Compression;
using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of GET /api/crawls/{id}/archive, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    public async Task Submit_WithWarc_ArchiveIsServedInBothFormats()
    {
        await using var site = await TreeSite.StartAsync(3);

        var id = await Client.AcceptAsync(
            new
            {
                urls = new[] { site.Url + "p/0" },
                render = "never",
                warc = true,
            }
        );
        await Client.EndAsync(id);

        var wacz = (await Client.GetAsync($"api/crawls/{id}/archive")).Expect(HttpStatusCode.OK);
        Assert.Equal("application/wacz+zip", wacz.ContentType);
        using var zip = new ZipArchive(new MemoryStream(await Client.DownloadAsync($"api/crawls/{id}/archive")));
        Assert.Equal(
            [
                $"archive/{id}-00000.warc.gz",
                "indexes/index.cdx",
                "pages/pages.jsonl",
                "datapackage.json",
                "datapackage-digest.json",
            ],
            zip.Entries.Select(e => e.FullName)
        );
        using var index = new StreamReader(zip.GetEntry("indexes/index.cdx")!.Open());
        Assert.Equal(
            3,
            (await index.ReadToEndAsync(ContractClient.Cancellation))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Length
        );
        var warc = await Client.DownloadAsync($"api/crawls/{id}/archive?format=warc");
        Assert.Equal([0x1f, 0x8b], warc[..2]);
        (await Client.GetAsync($"api/crawls/{id}/archive?format=zip")).Expect(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Archive_CrawlWithoutWarc_IsNotFound()
    {
        await using var site = await TreeSite.StartAsync(1);
        var id = await Client.AcceptAsync(new { urls = new[] { site.Url + "p/0" }, render = "never" });
        await Client.EndAsync(id);

        (await Client.GetAsync($"api/crawls/{id}/archive")).Expect(HttpStatusCode.NotFound);
        (await Client.GetAsync("api/crawls/no-such-crawl/archive")).Expect(HttpStatusCode.NotFound);
    }
}
