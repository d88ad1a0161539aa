using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Access;

/// <summary>The headers that every answer has, so that a browser that was led here makes nothing of it.</summary>
public static class SecurityHeaders
{
    /// <summary>Sets them.</summary>
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
