using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// Stores the files that one attempt to crawl a chunk makes of pages, each as soon as its page is done and before the chunk is
/// committed: so a committed record never refers to a missing file, and the files of a chunk are never in memory together. No
/// two attempts use the same names, so those of a discarded one can be deleted.
/// </summary>
/// <param name="crawl">The blobs of the crawl.</param>
/// <param name="wave">The wave of the chunk.</param>
/// <param name="chunk">The number of the chunk.</param>
/// <param name="attempt">The id of the attempt.</param>
internal sealed class ChunkArtifacts(CrawlBlobs crawl, int wave, int chunk, string attempt)
{
    private readonly ConcurrentQueue<string> _names = new();
    private readonly List<string> _archive = [];
    private int _pages;

    /// <summary>The attempt, if it has stored anything; otherwise null.</summary>
    public string? Attempt => _names.IsEmpty ? null : attempt;

    /// <summary>Stores the files of a page.</summary>
    /// <returns>The page, whose record refers to them.</returns>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task<ScrapedPage> StoreAsync(ScrapedPage page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(page);
        if (page.Captures is [])
            return page;
        var number = Interlocked.Increment(ref _pages);
        var stored = new Dictionary<string, PageArtifact>(StringComparer.Ordinal);
        foreach (var capture in page.Captures)
            stored[capture.Name] = await StoreAsync(capture, number, cancellationToken).ConfigureAwait(false);
        return page with { Record = page.Record with { Artifacts = stored }, Captures = [] };
    }

    /// <summary>Stores the archive of what was fetched, with its index; nothing if it is empty.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task StoreArchiveAsync(WarcSpool exchanges, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchanges);
        if (exchanges.Length == 0)
            return;
        var name = CrawlLayout.ArchiveOf(wave, chunk, attempt);
        using var index = new MemoryStream(
            Encoding.UTF8.GetBytes(string.Concat(exchanges.Index.Select(entry => entry.ToLine() + "\n")))
        );
        foreach (
            var (file, content) in new[]
            {
                ($"{name}.{ArchiveExtensions.Warc}", exchanges.Open()),
                ($"{name}.{ArchiveExtensions.Index}", index),
            }
        )
        {
            _names.Enqueue(file);
            _archive.Add(file);
            await crawl
                .Store.PutStreamAsync(crawl.Layout.Artifacts + file, content, PutCondition.None, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Deletes the files that no record refers to: those of URLs that were handed back, or all of them if another attempt was
    /// committed. Those that cannot be deleted are deleted with the crawl.
    /// </summary>
    /// <param name="kept">The records that were committed.</param>
    /// <param name="keepsArchive">Whether this attempt was committed, with or without records.</param>
    public async Task DiscardAsync(IEnumerable<PageRecord> kept, bool keepsArchive = false)
    {
        var names = kept.SelectMany(r => r.Artifacts?.Values ?? [])
            .Select(a => a.Blob)
            .Concat(keepsArchive ? _archive : [])
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in _names.Where(n => !names.Contains(n)))
        {
            try
            {
                await crawl
                    .Store.DeleteAsync(crawl.Layout.Artifacts + name, CancellationToken.None)
                    .ConfigureAwait(false);
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    private async Task<PageArtifact> StoreAsync(PageCapture capture, int page, CancellationToken cancellationToken)
    {
        var name =
            CrawlLayout.ArtifactsOf(wave, chunk, attempt)
            + page.ToString("D4", CultureInfo.InvariantCulture)
            + $"-{capture.Name}.{ArtifactTypes.ExtensionOf(capture.ContentType)}";
        // Before it is written: a write that is cancelled may have succeeded.
        _names.Enqueue(name);
        await crawl
            .Store.PutAsync(crawl.Layout.Artifacts + name, capture.Content, PutCondition.None, cancellationToken)
            .ConfigureAwait(false);
        return new PageArtifact(capture.ContentType, capture.Content.Length) { Blob = name };
    }
}
