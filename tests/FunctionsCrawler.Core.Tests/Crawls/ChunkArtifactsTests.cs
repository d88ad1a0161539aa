using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Core.Tests.Crawls;

public sealed class ChunkArtifactsTests
{
    private readonly CrawlBlobs _crawl = new(new MemoryBlobStore(), "crawl");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Store_Page_RecordRefersToWhatWasStored()
    {
        var page = await new ChunkArtifacts(_crawl, 1, 2, "a").StoreAsync(Page("screenshot", "pdf"), Cancellation);

        Assert.Empty(page.Captures);
        var stored = page.Record.Artifacts!["pdf"];
        Assert.Equal(
            ("application/pdf", 3, "0001-00002-a-0001-pdf.pdf"),
            (stored.ContentType, stored.Bytes, stored.Blob)
        );
        Assert.Equal(2, (await NamesAsync()).Count);
    }

    [Fact]
    public async Task Discard_SomeRecordsCommitted_KeepsOnlyTheirFiles()
    {
        var artifacts = new ChunkArtifacts(_crawl, 0, 0, "a");
        var kept = await artifacts.StoreAsync(Page("pdf"), Cancellation);
        await artifacts.StoreAsync(Page("pdf"), Cancellation);

        await artifacts.DiscardAsync([kept.Record]);

        Assert.Equal([_crawl.Layout.Artifacts + kept.Record.Artifacts!["pdf"].Blob], await NamesAsync());
    }

    [Fact]
    public async Task Discard_OneOfTwoAttempts_KeepsTheFilesOfTheOther()
    {
        var (one, other) = (new ChunkArtifacts(_crawl, 0, 0, "a"), new ChunkArtifacts(_crawl, 0, 0, "b"));
        await one.StoreAsync(Page("pdf"), Cancellation);
        await other.StoreAsync(Page("pdf"), Cancellation);

        await other.DiscardAsync([]);

        Assert.Equal([_crawl.Layout.Artifacts + "0000-00000-a-0001-pdf.pdf"], await NamesAsync());
    }

    [Fact]
    public async Task Attempt_NothingStored_IsNull()
    {
        var artifacts = new ChunkArtifacts(_crawl, 0, 0, "a");
        await artifacts.StoreAsync(Page(), Cancellation);

        Assert.Null(artifacts.Attempt);
    }

    private static ScrapedPage Page(params string[] captures) =>
        new(new PageRecord { Url = "https://a.example/" })
        {
            Captures =
            [
                .. captures.Select(name => new PageCapture(
                    name,
                    name is "pdf" ? "application/pdf" : "image/png",
                    new byte[] { 1, 2, 3 }
                )),
            ],
        };

    private Task<List<string>> NamesAsync() =>
        _crawl.Store.ListAsync(_crawl.Layout.Artifacts, Cancellation).ToListAsync(Cancellation).AsTask();
}
