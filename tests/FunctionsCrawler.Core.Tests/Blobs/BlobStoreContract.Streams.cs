using System.IO.Compression;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

/// <content>Blobs written from a stream.</content>
public abstract partial class BlobStoreContract
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4 * MiB - 1)]
    [InlineData(4 * MiB)]
    [InlineData(9 * MiB + 5)]
    public async Task PutStream_AnySize_ReadBack(int size)
    {
        var store = Open();
        var content = new byte[size];
        new Random(size).NextBytes(content);
        // It reads in small pieces and cannot seek.
        using var packed = new MemoryStream();
        await using (var pack = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            pack.Write(content);
        packed.Position = 0;
        await using var source = new ZLibStream(packed, CompressionMode.Decompress);

        Assert.True(await store.PutStreamAsync("x/y.bin", source, PutCondition.IfAbsent, Cancellation));

        var read = await store.GetAsync("x/y.bin", Cancellation);
        Assert.True(content.AsSpan().SequenceEqual(read!.Value.Span));
        Assert.Equal(["x/y.bin"], await ListAsync(store, ""));
    }

    [Fact]
    public async Task PutStream_PositionNotAtStart_WritesTheRest()
    {
        var store = Open();
        using var source = new MemoryStream([1, 2, 3, 4]) { Position = 2 };

        Assert.True(await store.PutStreamAsync("a", source, PutCondition.None, Cancellation));

        Assert.Equal([3, 4], (await store.GetAsync("a", Cancellation))!.Value.ToArray());
        Assert.True(source.CanRead);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5 * MiB)]
    public async Task PutStreamIfAbsent_Taken_FalseAndUnchanged(int size)
    {
        var store = Open();
        await PutAsync(store, "a", "first");
        using var source = new MemoryStream(new byte[size]);

        Assert.False(await store.PutStreamAsync("a", source, PutCondition.IfAbsent, Cancellation));

        Assert.Equal("first", await TextAsync(store, "a"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5 * MiB)]
    public async Task PutStream_Unconditional_Replaces(int size)
    {
        var store = Open();
        await PutAsync(store, "a", "first");
        using var source = new MemoryStream(new byte[size]);

        Assert.True(await store.PutStreamAsync("a", source, PutCondition.None, Cancellation));

        Assert.Equal(size, (await store.GetAsync("a", Cancellation))!.Value.Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5 * MiB)]
    public async Task PutStream_SourceFails_ItsExceptionAndNothingStands(int size)
    {
        var store = Open();

        foreach (var condition in Enum.GetValues<PutCondition>())
            await Assert.ThrowsAsync<InvalidDataException>(() =>
                store.PutStreamAsync("a", new FailingStream(size), condition, Cancellation)
            );

        Assert.Empty(await ListAsync(store, ""));
        Assert.Null(await store.GetAsync("a", Cancellation));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5 * MiB)]
    public async Task PutStream_CancelledWhileReading_ThrowsAndOldBlobStands(int size)
    {
        var store = Open();
        await PutAsync(store, "a", "first");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.PutStreamAsync("a", new FailingStream(size, stop.Cancel), PutCondition.None, stop.Token)
        );

        Assert.Equal("first", await TextAsync(store, "a"));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5 * MiB)]
    public async Task PutStreamIfAbsent_ManyAtOnce_OneWinnerWhoseContentStands(int size)
    {
        var wins = await AtOnceAsync(
            6,
            async i =>
            {
                using var source = new MemoryStream([.. Enumerable.Repeat((byte)i, size)]);
                return (i, Won: await Open().PutStreamAsync("a", source, PutCondition.IfAbsent, Cancellation));
            }
        );

        var (winner, _) = Assert.Single(wins, win => win.Won);
        var stands = (await Open().GetAsync("a", Cancellation))!.Value;
        Assert.Equal(size, stands.Length);
        Assert.Equal(-1, stands.Span.IndexOfAnyExcept((byte)winner));
    }

    [Fact]
    public async Task PutStream_ManyAtOnce_OneWholeContentStands()
    {
        var written = await AtOnceAsync(
            4,
            async i =>
            {
                using var source = new MemoryStream([.. Enumerable.Repeat((byte)i, 5 * MiB)]);
                return await Open().PutStreamAsync("a", source, PutCondition.None, Cancellation);
            }
        );

        Assert.DoesNotContain(false, written);
        var stands = (await Open().GetAsync("a", Cancellation))!.Value;
        Assert.Equal(5 * MiB, stands.Length);
        Assert.Equal(-1, stands.Span.IndexOfAnyExcept(stands.Span[0]));
    }
}
