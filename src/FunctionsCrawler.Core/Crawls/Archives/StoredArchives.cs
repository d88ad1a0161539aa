using System.Runtime.CompilerServices;
using System.Text;
using FunctionsCrawler.Archives;

namespace FunctionsCrawler.Crawls.Archives;

/// <summary>Reads the archives of a crawl's committed chunks. Those of attempts that were not committed are not read.</summary>
internal static class StoredArchives
{
    /// <summary>Returns the names of the archives in stored order, without extensions. A damaged chunk is skipped.</summary>
    public static async IAsyncEnumerable<string> ListArchivesAsync(
        this CrawlBlobs crawl,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var waves = crawl.ReadWavesAsync(0, static _ => { }, cancellationToken);
        await foreach (var wave in waves.ConfigureAwait(false))
        {
            foreach (var chunk in wave.Chunks)
            {
                var attempt = await FindAttemptAsync(crawl, wave.Number, chunk, cancellationToken)
                    .ConfigureAwait(false);
                if (attempt is not null)
                    yield return crawl.Layout.Artifacts + CrawlLayout.ArchiveOf(wave.Number, chunk, attempt);
            }
        }
    }

    /// <summary>Opens the WARC file of an archive; null if the chunk has none.</summary>
    public static Task<Stream?> OpenWarcAsync(this CrawlBlobs crawl, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        return crawl.Store.OpenReadAsync($"{name}.{ArchiveExtensions.Warc}", cancellationToken);
    }

    /// <summary>Reads the index of an archive.</summary>
    /// <exception cref="DamagedBlobException">The index is missing or damaged.</exception>
    public static async IAsyncEnumerable<CdxEntry> ReadIndexAsync(
        this CrawlBlobs crawl,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(crawl);
        var blob = $"{name}.{ArchiveExtensions.Index}";
        var content =
            await crawl.Store.OpenReadAsync(blob, cancellationToken).ConfigureAwait(false)
            ?? throw DamagedBlobException.Missing(blob);
        using var lines = new StreamReader(content, Encoding.UTF8);
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            yield return Parse(line, blob);
    }

    private static CdxEntry Parse(string line, string blob)
    {
        try
        {
            return CdxEntry.Parse(line);
        }
        catch (FormatException e)
        {
            throw new DamagedBlobException(blob, e.Message);
        }
    }

    private static async Task<string?> FindAttemptAsync(
        CrawlBlobs crawl,
        int wave,
        int chunk,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return (await crawl.FindHeaderAsync(wave, chunk, cancellationToken).ConfigureAwait(false))?.Attempt;
        }
        catch (DamagedBlobException)
        {
            // The archives of the other chunks are complete.
            return null;
        }
    }
}
