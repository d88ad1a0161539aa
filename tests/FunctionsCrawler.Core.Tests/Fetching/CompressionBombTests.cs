using System.IO.Compression;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Not run in parallel with other tests, because it measures the allocations of the whole process.</summary>
[CollectionDefinition(nameof(CompressionBombTests), DisableParallelization = true)]
[Collection(nameof(CompressionBombTests))]
public sealed class CompressionBombTests : HttpFetcherTestBase
{
    private const int MiB = 1024 * 1024;

    // A buffer that doubles up to 4 MiB allocates 8 MiB in total; the rest goes to the disk. The decompressed bomb has 256 MiB.
    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    public async Task Fetch_GzipBomb_TooLargeInBoundedMemory(int limit)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 256; i++)
                gzip.Write(new byte[MiB]);
        var bomb = compressed.ToArray();
        Assert.InRange(bomb.Length, 1, 4 * MiB);
        await using var server = await PageServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.ContentLength = bomb.Length;
            await context.Response.Body.WriteAsync(bomb, context.RequestAborted);
        });
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var result = await FetchAsync(
            server.Url,
            new HttpFetcherOptions { Limits = new PageLimits { MaxBytes = limit * MiB } }
        );

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        AssertError(ErrorCode.TooLarge, result);
        Assert.InRange(result.Bytes, (limit - 1) * MiB, limit * MiB);
        Assert.InRange(allocated, 0, 24 * MiB);
    }
}
