using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Http.Tests.Access;

/// <summary>A store that holds nothing, or throws whatever it is asked.</summary>
internal sealed class StubStore(Exception? fault) : IBlobStore
{
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => Answer<Stream?>(null);

    public Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken) =>
        Answer<ReadOnlyMemory<byte>?>(null);

    public Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => Answer(true);

    public Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => Answer(true);

    public async IAsyncEnumerable<string> ListAsync(
        string prefix,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Answer(0);
        yield break;
    }

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => Answer(false);

    private Task<T> Answer<T>(T value) => fault is null ? Task.FromResult(value) : Task.FromException<T>(fault);
}

/// <summary>Accepts everything and runs nothing.</summary>
internal sealed class StubScheduler : ICrawlScheduler
{
    public bool IsFull => false;

    public Task ScheduleAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken) =>
        Task.FromResult<CrawlProgress?>(null);

    public Task CancelAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PurgeAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;
}
