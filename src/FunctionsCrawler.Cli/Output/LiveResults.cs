using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>
/// Writes pages.ndjson and markdown/ while the crawl runs: each record once its chunk and all chunks before it are committed.
/// Links are absolute: which pages will have files is known only at the end. A resumed crawl rewrites them from its blobs. <see cref="Exporter"/> replaces them at the end.
/// </summary>
internal sealed class LiveResults : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly OutputFolder _folder;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private RecordCursor _after = RecordCursor.Start;

    private LiveResults(OutputFolder folder, TimeProvider time)
    {
        (_folder, _time) = (folder, time);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Starts writing in the background. pages.ndjson exists once the chunks committed so far are written.</summary>
    public static LiveResults Start(OutputFolder folder, TimeProvider time) => new(folder, time);

    /// <summary>Stops writing. <see cref="Exporter"/> writes the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private async Task WriteAsync()
    {
        var pages = _folder.At(ResultNames.Pages);
        var unfinished = pages + ".new";
        try
        {
            await using var files = new ResultFiles(unfinished, _folder.At(ResultNames.Markdown), _folder.Files);
            try
            {
                await AddCommittedAsync(files);
                // Until this point, readers see the file of the previous run, if any.
                File.Move(unfinished, pages, overwrite: true);
                using var timer = new PeriodicTimer(Period, _time);
                while (await timer.WaitForNextTickAsync(_stop.Token))
                    await AddCommittedAsync(files);
            }
            catch
            {
                files.Truncate();
                throw;
            }
        }
        catch (OperationCanceledException)
        {
            // The crawl has ended.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // A full disk, or a blob of a newer version. The crawl or Exporter fails in the same way and reports it.
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private async Task AddCommittedAsync(ResultFiles files)
    {
        await foreach (var record in _folder.Crawl.ReadServedAsync(_after, _stop.Token))
        {
            await files.AddAsync(record);
            if (!RecordCursor.TryParse(record.Cursor!, out _after))
                throw new InvalidDataException($"'{record.Cursor}' is not a cursor");
        }
    }
}
