namespace FunctionsCrawler.Crawls.Archives;

/// <summary>Writes the archives of a crawl as one WARC file: each of them is one, and WARC files can be joined.</summary>
internal static class WarcExport
{
    /// <summary>Writes the file.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="IOException">The store or the output failed.</exception>
    public static async Task<long> WriteAsync(CrawlBlobs crawl, Stream output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crawl);
        ArgumentNullException.ThrowIfNull(output);
        var bytes = 0L;
        var piece = new byte[64 * 1024];
        await foreach (var name in crawl.ListArchivesAsync(cancellationToken).ConfigureAwait(false))
        {
            var warc = await crawl.OpenWarcAsync(name, cancellationToken).ConfigureAwait(false);
            if (warc is null)
                continue;
            await using (warc.ConfigureAwait(false))
            {
                while (await warc.ReadAsync(piece, cancellationToken).ConfigureAwait(false) is > 0 and var count)
                {
                    await output.WriteAsync(piece.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                    bytes += count;
                }
            }
        }
        return bytes;
    }
}
