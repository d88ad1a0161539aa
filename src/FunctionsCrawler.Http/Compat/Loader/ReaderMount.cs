using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>The reader is mounted below one path. The rest of the path is the URL of a page.</summary>
internal sealed class ReaderMount : CompatMount
{
    private static readonly PathString Path = new("/" + Root);

    private ReaderMount() { }

    /// <summary>The only instance.</summary>
    public static ReaderMount Instance { get; } = new();

    /// <summary>The first segment of the path.</summary>
    public const string Root = "r";

    /// <inheritdoc/>
    public override bool Owns(PathString path) => path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override IResult Error(int status, string detail) =>
        new JsonAnswer(
            new JsonObject
            {
                ["data"] = null,
                ["code"] = status,
                ["status"] = status * 100,
                ["message"] = detail,
                ["readableMessage"] = detail,
            },
            status
        );

    /// <inheritdoc/>
    public override IResult Unauthorized(bool hasKey) =>
        Error(
            401,
            hasKey ? "The API key is not valid." : "An API key is required: send 'Authorization: Bearer <key>'."
        );

    /// <inheritdoc/>
    public override bool IsPublic(HttpRequest request) => false;
}
