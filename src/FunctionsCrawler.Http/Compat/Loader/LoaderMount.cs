using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>The document loader is mounted at one path. Its clients show the field "detail" of an error.</summary>
internal sealed class LoaderMount : CompatMount
{
    private static readonly PathString Path = new("/" + Route);

    private LoaderMount() { }

    /// <summary>The only instance.</summary>
    public static LoaderMount Instance { get; } = new();

    /// <summary>The path, without a slash.</summary>
    public const string Route = "loader";

    /// <inheritdoc/>
    public override bool Owns(PathString path) => path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override IResult Error(int status, string detail) =>
        new JsonAnswer(new JsonObject { ["detail"] = detail }, status);

    /// <inheritdoc/>
    public override IResult Unauthorized(bool hasKey) =>
        Error(
            401,
            hasKey ? "The API key is not valid." : "An API key is required: send 'Authorization: Bearer <key>'."
        );

    /// <inheritdoc/>
    public override bool IsPublic(HttpRequest request) => false;
}
