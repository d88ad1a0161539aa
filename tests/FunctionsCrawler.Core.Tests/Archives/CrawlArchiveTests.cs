using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Crawls.Archives;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>What crawls over HTTP leave in their archive, and what is exported of it.</summary>
public sealed class CrawlArchiveTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlBlobs Crawl => new(_store, CrawlRig.Id);

    [Fact]
    public async Task Wacz_OfACrawl_IsComplete()
    {
        await using var site = await CrawlSite.StartAsync(60);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { Warc = true });

        var files = await ExportAsync(maxWarcBytes: 1);

        var warcs = files.Where(f => f.Key.StartsWith("archive/", StringComparison.Ordinal)).ToList();
        Assert.True(warcs.Count > 1);
        var records = warcs.SelectMany(f => WarcReader.Read(f.Value)).ToList();
        Assert.Equal(
            (await CrawlRig.RecordsAsync(_store)).Select(r => r.Url).Order(StringComparer.Ordinal),
            records.Where(r => r.Type is "response").Select(r => r.Uri!).Order(StringComparer.Ordinal)
        );
        AssertIndex(files, records.Count(r => r.Type is "response"));
        AssertPackage(files);
        var pages = Text(files["pages/pages.jsonl"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("json-pages-1.0", JsonDocument.Parse(pages[0]).RootElement.GetProperty("format").GetString());
        Assert.Equal(60, pages.Length - 1);
        var first = JsonDocument.Parse(pages[1]).RootElement;
        Assert.Equal(site.Root, first.GetProperty("url").GetString());
        Assert.NotEmpty(first.GetProperty("title").GetString()!);
    }

    [Fact]
    public async Task Warc_OfACrawl_IsAllArchivesJoined()
    {
        await using var site = await CrawlSite.StartAsync(60);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { Warc = true });

        using var joined = new MemoryStream();
        var bytes = await WarcExport.WriteAsync(Crawl, joined, Cancellation);

        Assert.Equal(bytes, joined.Length);
        Assert.Equal(60, WarcReader.Read(joined.ToArray()).Count(r => r.Type is "response"));
    }

    [Fact]
    public async Task Crawl_WithoutWarc_StoresNoArchive()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));

        Assert.DoesNotContain(_store.Names, name => name.Contains("/artifacts/", StringComparison.Ordinal));
        Assert.Null((await Crawl.FindHeaderAsync(0, 0, Cancellation))!.Attempt);
        Assert.DoesNotContain(await ExportAsync(), f => f.Key.StartsWith("archive/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chunk_TwiceConcurrently_KeepsTheArchiveOfTheCommittedAttempt()
    {
        await using var site = await CrawlSite.StartAsync(20);
        await CrawlRig.AcceptAsync(
            _store,
            CrawlRig.Request(site) with
            {
                Warc = true,
                Urls = [.. Enumerable.Range(0, 20).Select(i => site.Url($"/p/{i}"))],
            }
        );
        await new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput(CrawlRig.Id, 0),
            Cancellation
        );
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = 0;
        var both = new InterceptedStore(_store)
        {
            Before = async (operation, name) =>
            {
                if (operation is not "put" || !name.EndsWith(".ndjson.gz", StringComparison.Ordinal))
                    return;
                if (Interlocked.Increment(ref writers) == 2)
                    second.SetResult();
                await second.Task.WaitAsync(TimeSpan.FromSeconds(60));
            },
        };

        await Task.WhenAll(ChunkAsync(both), ChunkAsync(both));
        await ChunkAsync(_store);

        var archives = _store.Names.Where(n => n.Contains("/artifacts/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, archives.Count);
        var attempt = (await Crawl.FindHeaderAsync(0, 0, Cancellation))!.Attempt!;
        Assert.All(archives, name => Assert.Contains(attempt, name, StringComparison.Ordinal));
        var files = await ExportAsync();
        var warc = files.Single(f => f.Key.StartsWith("archive/", StringComparison.Ordinal)).Value;
        Assert.Equal(20, WarcReader.Read(warc).Count(r => r.Type is "response"));
    }

    [Fact]
    public async Task Chunk_ArchiveCannotBeStored_CommitsNothingAndLeavesNothing()
    {
        await using var site = await CrawlSite.StartAsync(3);
        await CrawlRig.AcceptAsync(_store, CrawlRig.Request(site) with { Warc = true });
        await new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput(CrawlRig.Id, 0),
            Cancellation
        );
        var failing = new InterceptedStore(_store)
        {
            Before = (operation, name) =>
                name.EndsWith(".cdxj", StringComparison.Ordinal)
                && operation.StartsWith("put", StringComparison.Ordinal)
                    ? throw new IOException("the disk is full")
                    : Task.CompletedTask,
        };

        await Assert.ThrowsAsync<IOException>(() => ChunkAsync(failing));

        Assert.Null(await Crawl.FindHeaderAsync(0, 0, Cancellation));
        Assert.DoesNotContain(_store.Names, name => name.Contains("/artifacts/", StringComparison.Ordinal));
        Assert.Empty(TemporaryFiles());
    }

    [Fact]
    public async Task Wacz_IntoAStreamThatCannotSeekOrBlock_IsSame()
    {
        await using var site = await CrawlSite.StartAsync(5);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site) with { Warc = true });

        using var output = new MemoryStream();
        await new WaczExport(Crawl, TimeProvider.System).WriteAsync(new AsyncOnlyStream(output), Cancellation);

        AssertPackage(Unzip(output.ToArray()));
    }

    [Fact]
    public void SortedLines_MoreThanFitsIntoMemory_AreInOrder()
    {
        using var lines = new SortedLines(maxInMemory: 1000);
        var random = new Random(7);
        List<string> added = [.. Enumerable.Range(0, 2000).Select(_ => random.Next(500).ToString("x8"))];

        added.ForEach(lines.Add);

        Assert.Equal(added.Order(StringComparer.Ordinal), lines.Read());
        Assert.Empty(TemporaryFiles());
    }

    private static string[] TemporaryFiles() =>
        [
            .. Directory.GetFiles(Path.GetTempPath(), "crawl-warc-*"),
            .. Directory.GetFiles(Path.GetTempPath(), "crawl-sort-*"),
        ];

    private static async Task<CrawlChunkOutput> ChunkAsync(IBlobStore store)
    {
        await using var worker = CrawlRig.Worker(store);
        return await worker.Get<CrawlChunkActivity>().RunAsync(new CrawlChunkInput(CrawlRig.Id, 0, 0), Cancellation);
    }

    private async Task<Dictionary<string, byte[]>> ExportAsync(long maxWarcBytes = 1L << 30)
    {
        using var output = new MemoryStream();
        await new WaczExport(Crawl, TimeProvider.System, maxWarcBytes).WriteAsync(output, Cancellation);
        return Unzip(output.ToArray());
    }

    // Every file must be stored as it is, so that replay tools can read a part of it.
    private static Dictionary<string, byte[]> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries)
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            using var content = new MemoryStream();
            using (var stream = entry.Open())
                stream.CopyTo(content);
            files.Add(entry.FullName, content.ToArray());
            Assert.True(content.Length == 0 || zip.AsSpan().IndexOf(content.ToArray()) > 0, entry.FullName);
        }
        return files;
    }

    private static void AssertIndex(Dictionary<string, byte[]> files, int responses)
    {
        var lines = Text(files["indexes/index.cdx"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(responses, lines.Length);
        Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
        foreach (var line in lines)
        {
            var entry = CdxEntry.Parse(line);
            var record = WarcReader.ReadAt(files[$"archive/{entry.Filename}"], entry.Offset, entry.Length);
            Assert.Equal(
                ("response", entry.Url, entry.Digest),
                (record.Type, record.Uri!, record["WARC-Payload-Digest"]!)
            );
            Assert.StartsWith($"HTTP/1.1 {entry.Status} ", record.StartLine);
            Assert.StartsWith($"{ArchivedUrl.KeyOf(entry.Url)} ", line);
            var date = record["WARC-Date"]!.Where(char.IsDigit).ToArray();
            Assert.Equal(new string(date), line.Split(' ')[1]);
        }
    }

    private static void AssertPackage(Dictionary<string, byte[]> files)
    {
        var package = JsonDocument.Parse(files["datapackage.json"]).RootElement;
        Assert.Equal("data-package", package.GetProperty("profile").GetString());
        Assert.Equal("1.1.1", package.GetProperty("wacz_version").GetString());
        var resources = package.GetProperty("resources").EnumerateArray().ToList();
        Assert.Equal(
            files.Keys.Where(name => !name.StartsWith("datapackage", StringComparison.Ordinal)),
            resources.Select(r => r.GetProperty("path").GetString()!)
        );
        foreach (var resource in resources)
        {
            var content = files[resource.GetProperty("path").GetString()!];
            Assert.Equal(content.Length, resource.GetProperty("bytes").GetInt64());
            Assert.Equal(Hash(content), resource.GetProperty("hash").GetString());
        }
        var digest = JsonDocument.Parse(files["datapackage-digest.json"]).RootElement;
        Assert.Equal("datapackage.json", digest.GetProperty("path").GetString());
        Assert.Equal(Hash(files["datapackage.json"]), digest.GetProperty("hash").GetString());
    }

    private static string Hash(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static string Text(byte[] content) => Encoding.UTF8.GetString(content);

    /// <summary>The body of a response of a web server: it refuses what would block a thread.</summary>
    private sealed class AsyncOnlyStream(Stream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        ) => target.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush() => throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new InvalidOperationException("Synchronous operations are disallowed.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
