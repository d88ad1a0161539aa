using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>Headers of every response, so that a browser does not execute, embed or cache it.</summary>
internal static class SecurityHeaders
{
    /// <summary>Sets the headers.</summary>
    public static void Apply(HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
    }
}
