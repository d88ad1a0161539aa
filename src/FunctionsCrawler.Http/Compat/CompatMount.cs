using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat;

/// <summary>Where an API that is compatible with another crawler is mounted, and how it words errors.</summary>
internal abstract class CompatMount : IErrorForm
{
    /// <summary>Whether a path belongs to the API, also one that it has no route for.</summary>
    public abstract bool Owns(PathString path);

    /// <inheritdoc/>
    public abstract IResult Error(int status, string detail);

    /// <inheritdoc/>
    public abstract IResult Unauthorized(bool hasKey);

    /// <inheritdoc/>
    public abstract bool IsPublic(HttpRequest request);

    /// <summary>Lets the errors of a request have the form of the mount that its path belongs to, if there is one.</summary>
    public static void Mark(HttpContext context, IReadOnlyList<CompatMount> mounts)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(mounts);
        if (mounts.FirstOrDefault(mount => mount.Owns(context.Request.Path)) is { } mount)
            context.Features.Set<IErrorForm>(mount);
    }
}
