using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Reads request bodies up to a size limit.</summary>
internal static class RequestBody
{
    /// <summary>The maximum size of a body, in bytes.</summary>
    public const int Limit = 10 << 20;

    // A client that is still sending may never read the response, so read and discard a few more megabytes.
    private const int DrainLimit = 16 << 20;

    /// <summary>Reads and validates a JSON body, or returns the error response.</summary>
    /// <param name="context">The request.</param>
    /// <param name="what">The kind of body, for messages: "crawl request".</param>
    /// <param name="read">Parses and validates the body.</param>
    public static async Task<RequestBody<T>> ReadRequestAsync<T>(
        HttpContext context,
        string what,
        Func<ReadOnlyMemory<byte>, RequestReadResult<T>> read
    )
        where T : class
    {
        if (!context.Request.HasJsonContentType())
            return Refused<T>(
                415,
                $"The Content-Type is '{context.Request.ContentType}'; a {what} must be application/json."
            );
        if (await ReadAsync(context) is not { } body)
            return Refused<T>(413, $"The body is larger than {Limit >> 20} MiB.");
        var reading = read(body);
        return reading.Request is { } request
            ? new RequestBody<T>(request, null)
            : Refused<T>(400, $"The {what} is invalid.", reading.Faults);
    }

    /// <summary>Reads the body; null if it is larger than <see cref="Limit"/>.</summary>
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

    private static RequestBody<T> Refused<T>(int status, string detail, IReadOnlyList<RequestFault>? faults = null)
        where T : class => new(null, Problem.Result(status, detail, faults));
}

/// <summary>A valid request, or the error response if there is none.</summary>
internal readonly record struct RequestBody<T>(T? Request, IResult? Refusal)
    where T : class
{
    /// <summary>Whether there is a request.</summary>
    [MemberNotNullWhen(true, nameof(Request))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsValid => Request is not null;
}
