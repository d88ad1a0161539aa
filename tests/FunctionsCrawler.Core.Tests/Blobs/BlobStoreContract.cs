using System.Text;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

/// <summary>What holds for every blob store. A subclass for each implementation.</summary>
public abstract partial class BlobStoreContract
{
    /// <summary>A store over the blobs of this test; each call may be another process's view of them.</summary>
    private protected abstract IBlobStore Open();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_NoSuchBlob_Null()
    {
        var store = Open();
        await PutAsync(store, "a/b", "x");

        Assert.Null(await store.GetAsync("none", Cancellation));
        Assert.Null(await store.GetAsync("a", Cancellation));
        Assert.Null(await store.GetAsync("a/b/c", Cancellation));
        Assert.Null(await store.OpenReadAsync("a", Cancellation));
        Assert.False(await store.DeleteAsync("a", Cancellation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Put_AnySize_ReadBackBothWays(int size)
    {
        var store = Open();
        var content = Enumerable.Range(0, size).Select(i => (byte)(i * 7)).ToArray();

        Assert.True(await store.PutAsync("x/y.bin", content, PutCondition.None, Cancellation));

        var read = await store.GetAsync("x/y.bin", Cancellation);
        Assert.Equal(content, read!.Value.ToArray());
        await using var stream = await store.OpenReadAsync("x/y.bin", Cancellation);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, Cancellation);
        Assert.Equal(content, copy.ToArray());
    }

    [Fact]
    public async Task PutIfAbsent_Taken_FalseAndUnchanged()
    {
        var store = Open();
        await PutAsync(store, "a", "first");

        Assert.False(await PutAsync(store, "a", "second", PutCondition.IfAbsent));
        Assert.Equal("first", await TextAsync(store, "a"));
    }

    [Fact]
    public async Task List_Prefix_OrdinalOrderOfWholeNames()
    {
        var store = Open();
        string[] names = ["a/b", "a-b", "a.b", "a0", "A", "a/b-c/d", "a/b.c", "a/c/d/e", "b", "a_", ".x/.y", "aa/b"];
        foreach (var name in names)
            await PutAsync(store, name, "");

        Assert.Equal([.. names.Order(StringComparer.Ordinal)], await ListAsync(store, ""));
        Assert.Equal(["a/b", "a/b-c/d", "a/b.c", "a/c/d/e"], await ListAsync(store, "a/"));
        Assert.Equal(["a/b", "a/b-c/d", "a/b.c"], await ListAsync(store, "a/b"));
        Assert.Equal(["a/b-c/d"], await ListAsync(store, "a/b-c/"));
        Assert.Equal(["aa/b"], await ListAsync(store, "aa"));
        Assert.Equal([".x/.y"], await ListAsync(store, "."));
        Assert.Empty(await ListAsync(store, "b/"));
        Assert.Empty(await ListAsync(store, "none/at/all"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\b")]
    [InlineData("a b")]
    [InlineData("a\0")]
    [InlineData("~/x.tmp")]
    [InlineData("ä")]
    public async Task AnyCall_BadName_ArgumentExceptionNamingIt(string name)
    {
        var store = Open();
        Func<Task>[] calls =
        [
            () => store.GetAsync(name, Cancellation),
            () => store.OpenReadAsync(name, Cancellation),
            () => store.DeleteAsync(name, Cancellation),
            () => PutAsync(store, name, "x"),
            () => store.PutStreamAsync(name, Stream.Null, PutCondition.None, Cancellation),
        ];
        foreach (var call in calls)
            Assert.Contains($"'{name}'", (await Assert.ThrowsAsync<ArgumentException>(call)).Message);
    }

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("~")]
    public async Task List_BadPrefix_ArgumentException(string prefix) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(Open(), prefix));

    [Fact]
    public async Task Put_Cancelled_ThrowsAndNothingStands()
    {
        var store = Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.PutAsync("a", new byte[10], PutCondition.None, new CancellationToken(canceled: true))
        );
        Assert.Empty(await ListAsync(store, ""));
    }

    private protected static Task<bool> PutAsync(
        IBlobStore store,
        string name,
        string text,
        PutCondition condition = default
    ) => store.PutAsync(name, Encoding.UTF8.GetBytes(text), condition, Cancellation);

    private protected static async Task<string> TextAsync(IBlobStore store, string name) =>
        Encoding.UTF8.GetString((await store.GetAsync(name, Cancellation))!.Value.Span);

    private protected static async Task<List<string>> ListAsync(IBlobStore store, string prefix) =>
        await store.ListAsync(prefix, Cancellation).ToListAsync(Cancellation);
}
