using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Tests;

public sealed class RequestBodyTests
{
    private const int Limit = 10 << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Limit)]
    public async Task Read_UpToTheLimit_CompleteBody(int length)
    {
        var body = await RequestBody.ReadAsync(Context(new MemoryStream(new byte[length]), null));

        Assert.Equal(length, body!.Value.Length);
    }

    [Theory]
    [InlineData(Limit + 1, null)]
    [InlineData(Limit + 1, Limit + 1)]
    [InlineData(20 << 20, null)]
    public async Task Read_OverTheLimit_Null(int length, int? contentLength) =>
        Assert.Null(await RequestBody.ReadAsync(Context(new MemoryStream(new byte[length]), contentLength)));

    [Fact]
    public async Task Read_ContentLengthTooLarge_BodyNotRead()
    {
        var stream = new MemoryStream(new byte[100]);

        Assert.Null(await RequestBody.ReadAsync(Context(stream, 1L << 40)));

        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task Read_EndlessBody_StopsAt16MiB()
    {
        var endless = new EndlessStream();

        Assert.Null(await RequestBody.ReadAsync(Context(endless, null)));

        Assert.InRange(endless.BytesRead, 16 << 20, 17 << 20);
    }

    private static DefaultHttpContext Context(Stream body, long? length)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = body;
        context.Request.ContentLength = length;
        return context;
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long BytesRead { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            BytesRead += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
