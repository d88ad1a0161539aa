using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Storage;

/// <summary>A store whose operations can be delayed, refused or broken, before and after they take effect.</summary>
internal sealed class InterceptedStore(IBlobStore inner) : IBlobStore
{
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public Action<string, string> After { get; set; } = (_, _) => { };

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("open", name, () => inner.OpenReadAsync(name, cancellationToken));

    public Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("get", name, () => inner.GetAsync(name, cancellationToken));

    public Task<string?> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => DoAsync("put", name, () => inner.PutAsync(name, content, condition, cancellationToken));

    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, cancellationToken);

    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("delete", name, () => inner.DeleteAsync(name, cancellationToken));

    private async Task<T> DoAsync<T>(string operation, string name, Func<Task<T>> run)
    {
        await Before(operation, name);
        var result = await run();
        After(operation, name);
        return result;
    }
}
