using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>
/// Damages every stored blob of a crawl in turn. The list, the other crawl and the host are unharmed, and the crawl ends with
/// all pages, or in a state with a reason.
/// </summary>
public sealed class DamagedStorageTests
{
    private const int Pages = 40;
    private const string Other = "other";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<string, string> Cases =>
        new(["interrupted", "cancelled", "completed"], ["halved", "emptied", "flipped", "removed"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Crawl_AnyBlobDamaged_EndsAndHarmsNothingElse(string end, string damage)
    {
        await using var site = await CrawlSite.StartAsync(Pages);
        var stored = new MemoryBlobStore();
        var expected = await StoreCrawlsAsync(stored, site, end);
        var blobs = stored.Names.Where(IsOfCrawl).ToList();
        Assert.InRange(blobs.Count, 30, 200);

        var faults = new List<string>();
        foreach (var blob in blobs)
        {
            var store = await stored.CopyAsync(Cancellation);
            await DamageAsync(store, blob, damage);

            var fault = await Record.ExceptionAsync(() => CheckAsync(store, blob, end, expected));

            if (fault is not null)
                faults.Add($"{blob} {damage}: {fault}");
        }

        Assert.True(faults.Count == 0, $"{faults.Count} of {blobs.Count} blobs:\n{string.Join('\n', faults)}");
    }

    private static async Task CheckAsync(MemoryBlobStore store, string blob, string end, List<string> expected)
    {
        var isRequest = blob.EndsWith("request.json", StringComparison.Ordinal);
        await using (var rig = new HostRig(store, new CrawlerOptions()))
        {
            await rig.Service.ResumeAsync(Cancellation);
            var list = (await rig.Service.ListAsync(null, 10, null, Cancellation)).Items;
            Assert.Equal(CrawlStatusState.Completed, list.Single(c => c.Id == Other).State);
            await rig.WaitUntilIdleAsync();
            Assert.Equal(3, await rig.Service.ReadPagesAsync(Other, RecordCursor.Start, Cancellation).CountAsync());

            var status = await rig.WaitUntilEndedAsync();
            var urls = await UrlsAsync(rig);
            Assert.Equal(urls.Distinct(), urls);
            // Which URLs the page limit admits depends on the pages before them. A cancelled crawl that is repaired reaches only some
            // of those, how many depends on when its worker learns of the cancellation.
            if (end != "cancelled")
                Assert.Empty(urls.Except(expected));
            if (status.State is CrawlStatusState.Damaged or CrawlStatusState.Failed)
                Assert.NotEmpty(status.Reason!);
            Assert.Equal(
                isRequest && IsUnreadable(await store.GetAsync(blob, Cancellation)),
                status.State == CrawlStatusState.Damaged
            );
            if (end == "interrupted" && status.State != CrawlStatusState.Damaged)
                await AssertCompleteAsync(rig, expected);
        }
        if (end == "completed")
            await RepairAsync(store, blob, expected);
    }

    // A completed crawl is not run again, so its damage is found by a check.
    private static async Task RepairAsync(MemoryBlobStore store, string blob, List<string> expected)
    {
        var check = new StorageCheck(store);
        var found = await check.CheckAsync(CrawlRig.Id, Cancellation).ToListAsync(Cancellation);
        if (found.Exists(d => d.Remedy == Remedy.None))
        {
            Assert.EndsWith("request.json", Assert.Single(found).Blob);
            return;
        }
        var records = await CrawlRig.RecordsAsync(store);
        Assert.Equal(records.Exists(r => r.Error is not null), found.Exists(d => d.Remedy == Remedy.CrawlAgain));
        Assert.All(found, d => Assert.True(d.Blob == blob || d.Blob is "index/all", d.ToString()));
        await check.RepairAsync(found, Cancellation);
        await using var rig = new HostRig(store, new CrawlerOptions());
        await rig.Service.ResumeAsync(Cancellation);
        Assert.Equal(CrawlStatusState.Completed, (await rig.WaitUntilEndedAsync()).State);
        await AssertCompleteAsync(rig, expected);
        Assert.Empty(await check.CheckAsync(CrawlRig.Id, Cancellation).ToListAsync(Cancellation));
    }

    private static async Task AssertCompleteAsync(HostRig rig, List<string> expected)
    {
        Assert.Equal(CrawlStatusState.Completed, (await rig.Service.FindAsync(CrawlRig.Id, Cancellation))!.State);
        Assert.Equal(expected, (await UrlsAsync(rig)).Order(StringComparer.Ordinal));
        var summary = (await rig.Service.FindSummaryAsync(CrawlRig.Id, Cancellation))!;
        Assert.Equal((expected.Count, 0, null), (summary.Pages.Succeeded, summary.Pages.Failed, summary.Reason));
    }

    private static async Task<List<string>> UrlsAsync(HostRig rig) =>
        await rig
            .Service.ReadPagesAsync(CrawlRig.Id, RecordCursor.Start, Cancellation)
            .Select(r => r.Url)
            .ToListAsync(Cancellation);

    /// <summary>Stores a small completed crawl, and one that ended as named. Returns the URLs of the complete crawl.</summary>
    private static async Task<List<string>> StoreCrawlsAsync(MemoryBlobStore stored, CrawlSite site, string end)
    {
        // The limit leaves URLs waiting, so that there is a backlog.
        var request = CrawlRig.Request(site) with
        {
            Concurrency = 4,
            PagesPerBrowser = 2,
            MaxPages = Pages - 8,
        };
        var undisturbed = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(undisturbed, request);
        await RunAsync(stored, Other, request with { MaxDepth = 1, MaxPages = 3 }, null);
        await RunAsync(stored, CrawlRig.Id, request, end == "completed" ? null : end);
        return [.. (await CrawlRig.RecordsAsync(undisturbed)).Select(r => r.Url).Order(StringComparer.Ordinal)];
    }

    private static async Task RunAsync(MemoryBlobStore stored, string id, CrawlRequest request, string? disturb)
    {
        using var dead = new CancellationTokenSource();
        var service = new CrawlService(stored, new RecordingScheduler(), new SoleOwnership(), TimeProvider.System);
        await service.AcceptAsync(id, request, Cancellation);
        var store = new InterceptedStore(stored)
        {
            Before = async (operation, name) =>
            {
                dead.Token.ThrowIfCancellationRequested();
                if (operation != "put" || !name.EndsWith("waves/0004/00001.ndjson.gz", StringComparison.Ordinal))
                    return;
                if (disturb == "interrupted")
                    await dead.CancelAsync();
                else if (disturb == "cancelled")
                    await new CrawlBlobs(stored, id).CancelAsync(Cancellation);
            },
        };
        await using var worker = CrawlRig.Worker(store);
        var fault = await Record.ExceptionAsync(() => worker.Engine.RunAsync(id, _ => { }, dead.Token));
        Assert.Equal(disturb == "interrupted", fault is not null);
    }

    private static bool IsOfCrawl(string name) =>
        name.StartsWith($"crawls/{CrawlRig.Id}/", StringComparison.Ordinal)
        || name.EndsWith($"-{CrawlRig.Id}", StringComparison.Ordinal);

    private static async Task DamageAsync(MemoryBlobStore store, string name, string damage)
    {
        var content = (await store.GetAsync(name, Cancellation))!.Value.ToArray();
        if (damage == "removed")
        {
            await store.DeleteAsync(name, Cancellation);
            return;
        }
        if (damage == "flipped" && content.Length > 0)
            content[content.Length / 2] ^= 1;
        var length =
            damage == "halved" ? content.Length / 2
            : damage == "emptied" ? 0
            : content.Length;
        await store.PutAsync(name, content.AsMemory(0, length), PutCondition.None, Cancellation);
    }

    private static bool IsUnreadable(ReadOnlyMemory<byte>? request) =>
        request is not { } json || json.Length == 0 || json.Span[^1] != '}' || !JsonSeal.IsIntact(json.Span);
}
