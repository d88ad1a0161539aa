using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls.Archives;

/// <summary>
/// Writes the archives of a crawl as a WACZ (version 1.1.1), which replay tools open: the WARC files, their index, the list of
/// pages, and the digests of all these. In bounded memory, also into streams that cannot seek.
/// </summary>
internal sealed class WaczExport
{
    private const string Version = "1.1.1";

    private readonly CrawlBlobs _crawl;
    private readonly TimeProvider _time;
    private readonly long _maxWarcBytes;
    private readonly List<WaczResource> _resources = [];

    /// <param name="crawl">The crawl.</param>
    /// <param name="time">The clock.</param>
    /// <param name="maxWarcBytes">The size at which another WARC file is begun.</param>
    public WaczExport(CrawlBlobs crawl, TimeProvider time, long maxWarcBytes = 1024L * 1024 * 1024) =>
        (_crawl, _time, _maxWarcBytes) = (crawl, time, maxWarcBytes);

    /// <summary>Writes the WACZ. Once.</summary>
    /// <exception cref="IOException">The store or the output failed.</exception>
    /// <exception cref="DamagedBlobException">The archive of a chunk has no index.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var buffered = new AsyncOutput(output);
        await using var _ = buffered.ConfigureAwait(false);
        var zip = await ZipArchive
            .CreateAsync(buffered, ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken)
            .ConfigureAwait(false);
        await using (zip.ConfigureAwait(false))
        {
            using var index = new SortedLines();
            await WriteWarcsAsync(zip, index, cancellationToken).ConfigureAwait(false);
            await WriteLinesAsync(zip, "indexes/index.cdx", index.Read().ToAsyncEnumerable(), cancellationToken)
                .ConfigureAwait(false);
            await WriteLinesAsync(zip, "pages/pages.jsonl", PagesAsync(cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            await WritePackageAsync(zip, cancellationToken).ConfigureAwait(false);
        }
        await buffered.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteWarcsAsync(ZipArchive zip, SortedLines index, CancellationToken cancellationToken)
    {
        WaczEntry? file = null;
        try
        {
            var piece = new byte[64 * 1024];
            await foreach (var name in _crawl.ListArchivesAsync(cancellationToken).ConfigureAwait(false))
            {
                var warc = await _crawl.OpenWarcAsync(name, cancellationToken).ConfigureAwait(false);
                if (warc is null)
                    continue;
                await using var _ = warc.ConfigureAwait(false);
                if (file?.Bytes >= _maxWarcBytes)
                {
                    await EndAsync(file).ConfigureAwait(false);
                    file = null;
                }
                file ??= await WaczEntry.BeginAsync(zip, NextWarc(), cancellationToken).ConfigureAwait(false);
                var (begin, fileName) = (file.Bytes, Path.GetFileName(file.Path));
                while (await warc.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                    await file.WriteAsync(piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await foreach (var entry in _crawl.ReadIndexAsync(name, cancellationToken).ConfigureAwait(false))
                    index.Add((entry with { Offset = begin + entry.Offset, Filename = fileName }).ToLine());
            }
        }
        finally
        {
            if (file is not null)
                await EndAsync(file).ConfigureAwait(false);
        }
    }

    private string NextWarc() =>
        string.Create(CultureInfo.InvariantCulture, $"archive/{_crawl.CrawlId}-{_resources.Count:D5}.warc.gz");

    private async Task EndAsync(WaczEntry file)
    {
        _resources.Add(file.ToResource());
        await file.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WriteLinesAsync(
        ZipArchive zip,
        string path,
        IAsyncEnumerable<string> lines,
        CancellationToken cancellationToken
    )
    {
        var file = await WaczEntry.BeginAsync(zip, path, cancellationToken).ConfigureAwait(false);
        try
        {
            await foreach (var line in lines.ConfigureAwait(false))
                await file.WriteAsync(line + "\n", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await EndAsync(file).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<string> PagesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        yield return new JsonObject
        {
            ["format"] = "json-pages-1.0",
            ["id"] = "pages",
            ["title"] = "All Pages",
        }.ToJsonString();
        var number = 0;
        await foreach (var record in _crawl.ReadRecordsAsync(cancellationToken).ConfigureAwait(false))
        {
            // Sitemaps have records without content. They are in the archive, but are no pages to look at.
            if (record.Error is not null || record.ContentHash is null)
                continue;
            var page = new JsonObject
            {
                ["id"] = (++number).ToString(CultureInfo.InvariantCulture),
                ["url"] = record.Url,
                ["ts"] = WarcRecord.Format(record.FetchedAt),
            };
            if (record.Title is { } title)
                page["title"] = title;
            yield return page.ToJsonString();
        }
    }

    private async Task WritePackageAsync(ZipArchive zip, CancellationToken cancellationToken)
    {
        var request = (await _crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false)).Request;
        var package = new JsonObject
        {
            ["profile"] = "data-package",
            ["wacz_version"] = Version,
            ["title"] = _crawl.CrawlId,
            ["created"] = WarcRecord.Format(_time.GetUtcNow()),
            ["software"] = CrawlerIdentity.Product,
            ["mainPageUrl"] = ArchivedUrl.Of(request.Urls[0]),
            ["resources"] = new JsonArray([
                .. _resources.Select(resource => new JsonObject
                {
                    ["name"] = Path.GetFileName(resource.Path),
                    ["path"] = resource.Path,
                    ["hash"] = resource.Hash,
                    ["bytes"] = resource.Bytes,
                }),
            ]),
        };
        await WriteLinesAsync(
                zip,
                "datapackage.json",
                new[] { package.ToJsonString() }.ToAsyncEnumerable(),
                cancellationToken
            )
            .ConfigureAwait(false);
        var digest = new JsonObject { ["path"] = "datapackage.json", ["hash"] = _resources[^1].Hash };
        await WriteLinesAsync(
                zip,
                "datapackage-digest.json",
                new[] { digest.ToJsonString() }.ToAsyncEnumerable(),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
