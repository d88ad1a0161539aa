using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Http.Access;

namespace FunctionsCrawler.Http.Tests.Access;

/// <summary>Details of internal failures are logged, and are not part of the response.</summary>
public sealed class FailureTests
{
    private const string Secret = "/srv/crawls/x;10.1.2.3:10000;AccountKey=c2VjcmV0";

    public static TheoryData<string, Exception, int> Failures =>
        new()
        {
            { "the store is unavailable", new StoreUnavailableException(Secret), 503 },
            { "the disk is full", new IOException(Secret, new InvalidOperationException(Secret)), 503 },
            { "the folder is not readable", new UnauthorizedAccessException(Secret), 500 },
            { "a blob is broken", new InvalidDataException(Secret), 500 },
            { "a JSON document is broken", new JsonException(Secret), 500 },
            { "a bug", new InvalidOperationException(Secret), 500 },
            { "a wait ended", new OperationCanceledException(Secret), 500 },
        };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Failure_AnyRoute_ProblemWithTraceIdButNoDetails(string what, Exception fault, int status)
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions(), fault);
        (string Method, string Path)[] requests =
        [
            ("GET", "api/crawls"),
            ("GET", "api/crawls/a"),
            ("GET", "api/crawls/a/pages"),
            ("GET", "api/crawls/a/summary"),
            ("POST", "api/crawls/a/cancel"),
            ("DELETE", "api/crawls/a"),
        ];
        foreach (var (method, path) in requests)
        {
            var reply = await server.SendAsync(method, path);

            Assert.True(reply.Status == status, $"{what}, {method} {path}: {reply.Status} {reply.Body}");
            Assert.Equal("application/problem+json", reply.Headers["Content-Type"]);
            Assert.Equal(status == 503, reply.Headers.ContainsKey("Retry-After"));
            Assert.Equal("nosniff", reply.Headers["X-Content-Type-Options"]);
            foreach (var part in Secret.Split(';').Append(fault.GetType().Name).Append(" at "))
                Assert.DoesNotContain(part, reply.Body, StringComparison.OrdinalIgnoreCase);
            var trace = JsonDocument.Parse(reply.Body).RootElement.GetProperty("traceId").GetString();
            Assert.Contains($"{method} /{path} failed (trace {trace})", server.Log, StringComparison.Ordinal);
        }
        Assert.Contains(Secret, server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_AfterResponseStarted_ConnectionAborted()
    {
        await using var server = await GuardedServer.StartAsync(new AccessOptions());

        await Assert.ThrowsAsync<HttpRequestException>(() => server.SendAsync("GET", "cut"));

        Assert.Contains("GET /cut failed", server.Log, StringComparison.Ordinal);
    }
}
