using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

/// <summary>A store whose operations can be delayed, refused or broken, before and after they take effect.</summary>
internal sealed class InterceptedStore(IBlobStore inner) : IBlobStore
{
    public Func<string, string, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    public Action<string, string> After { get; set; } = (_, _) => { };

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("open", name, () => inner.OpenReadAsync(name, cancellationToken));

    public Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken) =>
        DoAsync("get", name, () => inner.GetAsync(name, cancellationToken));

    public Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => DoAsync("put", name, () => inner.PutAsync(name, content, condition, cancellationToken));

    public Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => DoAsync("put", name, () => inner.PutStreamAsync(name, content, condition, cancellationToken));

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
