using System.Collections.Concurrent;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

/// <content>What holds while many write, read and delete at once.</content>
public abstract partial class BlobStoreContract
{
    [Fact]
    public async Task PutIfAbsent_64AtOnce_OneWinnerWhoseContentStands()
    {
        for (var round = 0; round < 5; round++)
        {
            var name = $"round/{round}";
            var wins = await AtOnceAsync(
                64,
                async i => (i, Won: await PutAsync(Open(), name, $"writer {i}", PutCondition.IfAbsent))
            );

            var winner = Assert.Single(wins, win => win.Won);
            Assert.Equal($"writer {winner.i}", await TextAsync(Open(), name));
        }
    }

    [Fact]
    public async Task Read_WhileOverwritten_WholeBlobsOnly()
    {
        var store = Open();
        byte[] Content(int i) => [.. Enumerable.Repeat((byte)i, 50_000 + i * 1000)];
        await store.PutAsync("a", Content(0), PutCondition.None, Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new ConcurrentDictionary<byte, bool>();

        var readers = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var bytes = (await store.GetAsync("a", Cancellation))!.Value.ToArray();
                        Assert.Equal(Content(bytes[0]), bytes);
                        seen[bytes[0]] = true;
                    }
                })
            )
            .ToList();
        for (var i = 0; i < 200 || seen.Count < 3; i++)
            await store.PutAsync("a", Content(i % 50), PutCondition.None, Cancellation);
        await stop.CancelAsync();

        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task List_WhileOthersDelete_KeepsWhatStays()
    {
        var store = Open();
        string[] kept = [.. Enumerable.Range(0, 20).Select(i => $"k/{i:D2}/blob")];
        foreach (var name in kept)
            await PutAsync(store, name, "");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var rounds = 0;
        var churn = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await PutAsync(store, $"k/{rounds % 20:D2}x/blob", "");
                await store.DeleteAsync($"k/{rounds % 20:D2}x/blob", Cancellation);
                Interlocked.Increment(ref rounds);
            }
        });

        while (Volatile.Read(ref rounds) < 100)
            Assert.Equal([.. kept], (await ListAsync(store, "k/")).FindAll(name => !name.Contains('x')));
        await stop.CancelAsync();
        await churn;
    }

    [Fact]
    public async Task PutAndDelete_SameFolderAtOnce_EveryPutSucceeds()
    {
        var wins = await AtOnceAsync(
            8,
            async i =>
            {
                var store = Open();
                for (var round = 0; round < 100; round++)
                {
                    var condition = round % 2 == 0 ? PutCondition.IfAbsent : PutCondition.None;
                    Assert.True(await PutAsync(store, $"deep/er/{i}", "x", condition));
                    Assert.True(await store.DeleteAsync($"deep/er/{i}", Cancellation));
                }
                return i;
            }
        );

        Assert.Equal(8, wins.Length);
        Assert.Empty(await ListAsync(Open(), ""));
    }

    /// <summary>Starts all of them behind one gate, on threads of their own.</summary>
    protected static async Task<T[]> AtOnceAsync<T>(int count, Func<int, Task<T>> work)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable
            .Range(0, count)
            .Select(i =>
                Task.Run(async () =>
                {
                    await gate.Task;
                    return await work(i);
                })
            )
            .ToList();
        gate.SetResult();
        return await Task.WhenAll(tasks);
    }
}
