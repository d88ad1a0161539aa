using System.IO.Compression;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Alone, because it counts what the process allocates.</summary>
[CollectionDefinition(nameof(CompressionBombTests), DisableParallelization = true)]
[Collection(nameof(CompressionBombTests))]
public sealed class CompressionBombTests : HttpFetcherTestBase
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Fetch_GzipBomb_TooLargeInBoundedMemory()
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
            new HttpFetcherOptions { Limits = new PageLimits { MaxBytes = 4 * MiB } }
        );

        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        AssertError(ErrorCode.TooLarge, result);
        Assert.InRange(result.Bytes, 3 * MiB, 4 * MiB);
        // A buffer that doubles up to 4 MiB costs 8 MiB in all; the bomb is 256 MiB.
        Assert.InRange(allocated, 0, 24 * MiB);
    }
}
