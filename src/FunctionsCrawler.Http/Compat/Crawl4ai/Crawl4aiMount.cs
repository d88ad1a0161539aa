using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// The API of crawl4ai is mounted at the root, because its Python client drops the path of its base URL. None of its paths is
/// one of ours, of Firecrawl's or of the metrics.
/// </summary>
internal sealed class Crawl4aiMount : CompatMount
{
    private static readonly PathString[] Paths = [.. Roots.Select(root => new PathString("/" + root))];

    private Crawl4aiMount() { }

    /// <summary>The only instance.</summary>
    public static Crawl4aiMount Instance { get; } = new();

    /// <summary>The first segments of all paths.</summary>
    public static IReadOnlyList<string> Roots =>
        [
            "artifacts",
            "ask",
            "config",
            "crawl",
            "execute_js",
            "health",
            "hooks",
            "html",
            "job",
            "llm",
            "md",
            "monitor",
            "pdf",
            "schema",
            "screenshot",
            "token",
        ];

    /// <inheritdoc/>
    public override bool Owns(PathString path) =>
        Array.Exists(Paths, root => path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    public override IResult Error(int status, string detail) => Crawl4aiError.Result(status, detail);

    /// <inheritdoc/>
    public override IResult Unauthorized(bool hasKey) => Crawl4aiError.Result(401, "Authentication required");

    /// <inheritdoc/>
    public override bool IsPublic(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (HttpMethods.IsGet(request.Method) && request.Path.Equals("/health", StringComparison.Ordinal))
            || (HttpMethods.IsPost(request.Method) && request.Path.Equals("/token", StringComparison.Ordinal));
    }
}
