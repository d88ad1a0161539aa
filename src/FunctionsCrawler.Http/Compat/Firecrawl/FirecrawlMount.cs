using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>The Firecrawl API is mounted at the paths that its clients join to their base URL.</summary>
internal sealed class FirecrawlMount : CompatMount
{
    private static readonly PathString[] Paths = [.. Roots.Select(root => new PathString("/" + root))];

    private FirecrawlMount() { }

    /// <summary>The only instance.</summary>
    public static FirecrawlMount Instance { get; } = new();

    /// <summary>The first segments of all paths. Of v0, which no client calls any more, there is only the health probe.</summary>
    public static IReadOnlyList<string> Roots => ["v0", "v1", "v2"];

    /// <inheritdoc/>
    public override bool Owns(PathString path) =>
        Array.Exists(Paths, root => path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override IResult Error(int status, string detail) =>
        // Clients look for these words.
        FirecrawlError.Result(status, status == 429 ? $"Rate limit exceeded. {detail}" : detail);

    /// <inheritdoc/>
    public override IResult Unauthorized(bool hasKey) =>
        FirecrawlError.Result(401, hasKey ? "Unauthorized: Invalid token" : "Unauthorized: Token missing");

    /// <inheritdoc/>
    public override bool IsPublic(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return HttpMethods.IsGet(request.Method)
            && request.Path.Equals("/v0/health/liveness", StringComparison.Ordinal);
    }
}
