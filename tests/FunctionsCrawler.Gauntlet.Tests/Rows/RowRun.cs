using System.Collections.Concurrent;
using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Site;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>A row while it runs: its site, its chunk, and everything it has begun.</summary>
internal sealed class RowRun : IAsyncDisposable
{
    /// <summary>For pages that must come, also on a busy machine.</summary>
    public static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    /// <summary>For pages that never end.</summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(90);

    private readonly CancellationToken _cancellation;
    private readonly ConcurrentQueue<Task> _begun = new();
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

    /// <summary>A folder of the row's own, gone with it.</summary>
    public string Folder => _folder.Value.FullName;

    /// <summary>The processes of the browser that was started last.</summary>
    public BrowserProcesses Processes => new(Chunk.Browser.Marker);

    public static async Task<RowRun> StartAsync(Row row, BrowserEngine engine, CancellationToken cancellation) =>
        new(row, engine, await HostileSite.StartAsync(), cancellation);

    /// <summary>Asks for a page.</summary>
    public Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline)
    {
        var fetching = Chunk.FetchAsync(url, deadline, _cancellation);
        _begun.Enqueue(fetching);
        return fetching.WaitAsync(Guard, CancellationToken.None);
    }

    /// <summary>Asks for a page that must come.</summary>
    public async Task<string> PageAsync(Uri url)
    {
        var result = await FetchAsync(url, Ample);
        Assert.True(result.Error is null, $"{url}: {result.Error}");
        Assert.NotNull(result.Text);
        return result.Text;
    }

    /// <summary>Asks for a page that must come and say something.</summary>
    public async Task PageSaysAsync(Uri url, string text) =>
        Assert.Contains(text, await PageAsync(url), StringComparison.Ordinal);

    /// <summary>Asks for a page that must fail, as one of these.</summary>
    public async Task FailsAsync(Uri url, TimeSpan deadline, params ErrorCode[] codes)
    {
        var result = await FetchAsync(url, deadline);
        Assert.True(result.Error is not null, $"{url} came: {result.Text?[..Math.Min(result.Text.Length, 200)]}");
        Assert.Contains(result.Error.Code, codes);
        Assert.Null(result.Text);
    }

    /// <summary>Asks for a page that must not end before its deadline.</summary>
    public Task TimesOutAsync(Uri url) => FailsAsync(url, Brief, ErrorCode.Timeout);

    /// <summary>The plain page of the site, in whatever browser there is now.</summary>
    public Task NextPageComesAsync() => PageSaysAsync(Site.Url("/"), "hello");

    /// <summary>Waits for what the browser will do.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(started.Elapsed < Ample, $"It was waited for in vain: {what}");
            await Task.Delay(5, _cancellation);
        }
    }

    public Task UntilAskedAsync(string path) => UntilAsync(() => Site.WasAsked(path), $"a request for {path}");

    /// <summary>Ends the chunk as its activity would: when all that was begun has come to its end.</summary>
    public async Task EndAsync()
    {
        foreach (var fetching in _begun)
            await fetching.WaitAsync(Guard).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (_chunk.IsValueCreated)
            await Chunk.EndAsync();
    }

    /// <summary>Asserts that nothing is left of it.</summary>
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
