using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Reads a request's body, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>The most that is read, in bytes.</summary>
    public const int Limit = 10 << 20;

    // A client that is still sending when the answer comes may never read it. So a little more is taken and thrown away.
    private const int DrainLimit = 16 << 20;

    /// <summary>The body; null when it is larger than <see cref="Limit"/>.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        var cancellationToken = context.RequestAborted;
        if (context.Request.ContentLength > DrainLimit)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (var total = 0; total <= DrainLimit; )
        {
            var read = await context.Request.Body.ReadAsync(buffer, cancellationToken);
            total += read;
            if (read == 0 && total <= Limit)
                return body.ToArray();
            if (read == 0)
                return null;
            if (total <= Limit)
                await body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        return null;
    }
}
