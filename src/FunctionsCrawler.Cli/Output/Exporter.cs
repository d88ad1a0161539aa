using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Crawls.Archives;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Writes the results at the end of a crawl: pages.ndjson, summary.json, markdown/, artifacts/, crawl.wacz.</summary>
internal static class Exporter
{
    private static readonly CrawlJson Indented = new(
        new JsonSerializerOptions(CrawlJson.Default.Options)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = true,
        }
    );

    /// <summary>A summary as indented JSON.</summary>
    public static string Format(CrawlSummary summary) => JsonSerializer.Serialize(summary, Indented.CrawlSummary);

    /// <summary>
    /// Writes all committed records. Replaces the files that <see cref="LiveResults"/> wrote, because they lack
    /// <c>duplicateOf</c> and every chunk after the first missing chunk.
    /// </summary>
    /// <exception cref="IOException">The disk is full or not writable. The blobs and the previous files are unchanged.</exception>
    public static async Task WriteAsync(OutputFolder folder, CrawlSummary summary)
    {
        var (pages, markdown) = (folder.At(ResultNames.Pages), folder.At(ResultNames.Markdown));
        var (artifacts, archive) = (folder.At(ResultNames.Artifacts), folder.At(ResultNames.Archive));
        Remove(markdown + ".new");
        Remove(artifacts + ".new");
        try
        {
            var saved = folder.Files.RelativeLinks ? await FindSavedAsync(folder) : null;
            await using (var files = new ResultFiles(pages + ".new", markdown + ".new", folder.Files, saved))
            {
                await foreach (var record in folder.Crawl.ReadRecordsAsync(CancellationToken.None))
                {
                    await CopyAsync(folder.Crawl, record, artifacts + ".new");
                    await files.AddAsync(record);
                }
            }
            await ArchiveAsync(folder, archive);
            Remove(artifacts);
            if (Directory.Exists(artifacts + ".new"))
                Directory.Move(artifacts + ".new", artifacts);
            Remove(markdown);
            Directory.Move(markdown + ".new", markdown);
            File.Move(pages + ".new", pages, overwrite: true);
            folder.Write("summary.json", Format(summary) + "\n");
        }
        catch
        {
            // Delete incomplete files, because the disk may be full.
            Remove(markdown + ".new");
            Remove(artifacts + ".new");
            File.Delete(pages + ".new");
            File.Delete(archive + ".new");
            throw;
        }
    }

    private static async Task CopyAsync(CrawlBlobs crawl, PageRecord record, string target)
    {
        foreach (var name in (record.Artifacts?.Values ?? []).Select(a => a.Blob).OfType<string>())
        {
            await using var content = await crawl.Store.OpenReadAsync(
                crawl.Layout.Artifacts + name,
                CancellationToken.None
            );
            // Without a damaged file, the others are still results.
            if (content is null)
                continue;
            Directory.CreateDirectory(target);
            await using var file = File.Create(Path.Combine(target, name));
            await content.CopyToAsync(file);
        }
    }

    private static async Task ArchiveAsync(OutputFolder folder, string file)
    {
        if (!await IsArchivedAsync(folder.Crawl))
            return;
        await using (var output = File.Create(file + ".new"))
            await new WaczExport(folder.Crawl, TimeProvider.System).WriteAsync(output, CancellationToken.None);
        File.Move(file + ".new", file, overwrite: true);
    }

    private static async Task<bool> IsArchivedAsync(CrawlBlobs crawl)
    {
        try
        {
            return (await crawl.GetRequestAsync(CancellationToken.None)).Request.Warc;
        }
        catch (Exception e) when (e is InvalidDataException or DamagedBlobException)
        {
            // The pages can still be read.
            return false;
        }
    }

    // A page can link to pages that come after it, so their files must be known before the first one is written.
    private static async Task<SavedPages> FindSavedAsync(OutputFolder folder)
    {
        var stored = await folder.Crawl.GetRequestAsync(CancellationToken.None);
        var saved = new SavedPages(CrawlRules.UrlRulesOf(stored.Request));
        var paths = new MarkdownPaths();
        await foreach (var record in folder.Crawl.ReadRecordsAsync(CancellationToken.None))
        {
            if (ResultFiles.PathOf(record, folder.Files, paths) is { } path)
                saved.Add(record, path);
        }
        return saved;
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Names in an output folder.</summary>
internal static class ResultNames
{
    public const string Pages = "pages.ndjson";
    public const string Markdown = "markdown";
    public const string Artifacts = "artifacts";
    public const string Archive = "crawl.wacz";
}
