using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http;

/// <summary>Streams a file that was made of a page. A copy of a page is only downloaded: a browser must not run it on this site.</summary>
/// <param name="name">The name of the file.</param>
/// <param name="content">The file. Disposed when it was sent.</param>
internal sealed class ArtifactContent(string name, Stream content) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        await using var stream = content;
        var response = httpContext.Response;
        var type = ArtifactTypes.Of(name);
        response.ContentType = type;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        if (!type.StartsWith("image/", StringComparison.Ordinal))
            // Names consist of letters, digits, dots and hyphens.
            response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        if (stream.CanSeek)
            response.ContentLength = stream.Length;
        await stream.CopyToAsync(response.Body, httpContext.RequestAborted);
    }
}
