using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Site;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>The state of a running row: its site, its chunk and its fetches.</summary>
internal sealed class RowRun : IAsyncDisposable
{
    /// <summary>Deadline of pages that must succeed, even on a busy machine.</summary>
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    /// <summary>Deadline of pages that never finish loading.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(90);

    private readonly CancellationToken _cancellation;
    private readonly ConcurrentQueue<Task> _fetches = new();
    private readonly Lazy<Chunk> _chunk;
    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("row-"));

    private RowRun(Row row, BrowserEngine engine, HostileSite site, CancellationToken cancellation)
    {
        (Site, Engine, _cancellation) = (site, engine, cancellation);
        _chunk = new Lazy<Chunk>(() => new Chunk(row.Options(this, new ChunkOptions { Engine = engine })));
    }

    public HostileSite Site { get; }

    public BrowserEngine Engine { get; }

    public Chunk Chunk => _chunk.Value;

    /// <summary>The proxy that the browser's connections go through, set before the chunk is used; null for none.</summary>
    public string? Proxy { get; set; }

    /// <summary>A folder of this row, deleted when the row is disposed.</summary>
    public string Folder => _folder.Value.FullName;

    /// <summary>The processes of the browser that was started last.</summary>
    public BrowserProcesses Processes => new(Chunk.Browser.Marker);

    public static async Task<RowRun> StartAsync(Row row, BrowserEngine engine, CancellationToken cancellation) =>
        new(row, engine, await HostileSite.StartAsync(), cancellation);

    /// <summary>Fetches a page; the result may be an error.</summary>
    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline)
    {
        var fetching = Chunk.FetchAsync(url, deadline, _cancellation);
        _fetches.Enqueue(fetching);
        return fetching.WaitAsync(Guard, CancellationToken.None);
    }

    /// <summary>Fetches a page that must succeed, and returns its text.</summary>
    public async Task<string> PageAsync(Uri url)
    {
        var result = await FetchAsync(url, Ample);
        Assert.True(result.Error is null, $"{url}: {result.Error}");
        Assert.NotNull(result.Text);
        return result.Text;
    }

    /// <summary>Fetches a page that must succeed and contain a text.</summary>
    public async Task PageContainsAsync(Uri url, string text) =>
        Assert.Contains(text, await PageAsync(url), StringComparison.Ordinal);

    /// <summary>Fetches a page that must fail with one of the given codes.</summary>
    public async Task FailsAsync(Uri url, TimeSpan deadline, params ErrorCode[] codes)
    {
        var result = await FetchAsync(url, deadline);
        Assert.True(result.Error is not null, $"{url} succeeded: {result.Text?[..Math.Min(result.Text.Length, 200)]}");
        Assert.Contains(result.Error.Code, codes);
        // Only pages that the server itself calls errors keep their text.
        if (result.Error.Code is not (ErrorCode.Http4xx or ErrorCode.Http5xx))
            Assert.Null(result.Text);
    }

    /// <summary>Fetches a page that must time out.</summary>
    public Task TimesOutAsync(Uri url) => FailsAsync(url, Brief, ErrorCode.Timeout);

    /// <summary>Fetches the plain page of the site, which must succeed, in the same browser or in a new one.</summary>
    public Task NextPageSucceedsAsync() => PageContainsAsync(Site.Url("/"), "hello");

    /// <summary>Polls until a condition is true; fails after <see cref="Ample"/>.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(started.Elapsed < Ample, $"Timed out waiting for: {what}");
            await Task.Delay(5, _cancellation);
        }
    }

    public Task UntilRequestedAsync(string path) => UntilAsync(() => Site.WasRequested(path), $"a request for {path}");

    /// <summary>Ends the chunk as its activity does: after all fetches have completed.</summary>
    public async Task EndAsync()
    {
        foreach (var fetching in _fetches)
            await fetching.WaitAsync(Guard).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (_chunk.IsValueCreated)
            await Chunk.EndAsync();
    }

    /// <summary>Asserts that nothing is left of the row's browsers.</summary>
    public Task AssertLeftNothingAsync() => _chunk.IsValueCreated ? Chunk.AssertLeftNothingAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync();
        }
        finally
        {
            await Site.DisposeAsync();
            if (_folder.IsValueCreated)
                _folder.Value.Delete(recursive: true);
        }
    }
}
