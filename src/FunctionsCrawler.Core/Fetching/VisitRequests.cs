using System.Net;
using System.Net.Http;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>The requests of one fetch over HTTP: their headers, and the cookies that its responses have set.</summary>
/// <param name="options">What the fetcher sends.</param>
/// <param name="revalidation">The stored page that the server is asked about; null if there is none.</param>
internal sealed class VisitRequests(HttpFetcherOptions options, Revalidation? revalidation)
{
    private readonly CookieContainer _cookies = new();

    /// <summary>A URL as it is recorded: without its fragment, which is not sent.</summary>
    public static string NameOf(Uri url) => url.GetLeftPart(UriPartial.Query);

    /// <summary>The cookies that responses have set for a URL, as a Cookie header.</summary>
    public string CookiesOf(Uri url) => _cookies.GetCookieHeader(url);

    /// <summary>Whether the server is asked if the stored page is current. Only the page itself is, not what redirects to it.</summary>
    public bool IsConditional(Uri url) =>
        revalidation is not null && string.Equals(NameOf(url), revalidation.Url, StringComparison.Ordinal);

    /// <summary>Creates the request for a URL. The caller disposes it.</summary>
    public HttpRequestMessage Create(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", MediaTypes.Accept);
        // Otherwise the handler asks for those that it decodes.
        if (options.KeepsCodings)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", ContentCodings.Accept);
        if (options.AcceptLanguage is { } languages)
            request.Headers.TryAddWithoutValidation("Accept-Language", languages);
        var cookies = CookiesOf(url);
        if (options.Credentials is { } credentials)
        {
            cookies = credentials.CookiesOf(url, cookies);
            AddHeaders(request, credentials, url);
        }
        if (cookies.Length > 0)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        if (!IsConditional(url))
            return request;
        if (revalidation!.ETag is { } tag)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        if (revalidation.LastModified is { } modified)
            request.Headers.TryAddWithoutValidation("If-Modified-Since", modified);
        return request;
    }

    /// <summary>Keeps the cookies that a response sets.</summary>
    public void KeepCookies(Uri url, HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("Set-Cookie", out var values))
            return;
        foreach (var value in values)
        {
            try
            {
                _cookies.SetCookies(url, value);
            }
            catch (CookieException)
            {
                // Like a browser, ignore a cookie that is malformed or belongs to another site.
            }
        }
    }

    private static void AddHeaders(HttpRequestMessage request, OriginCredentials credentials, Uri url)
    {
        foreach (var (name, value) in credentials.Covers(url) ? credentials.Headers : [])
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
