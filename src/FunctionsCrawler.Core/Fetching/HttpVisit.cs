using System.Net;
using System.Net.Http;

namespace FunctionsCrawler.Fetching;

/// <summary>One fetch: its hops, its cookies, and what has come of it so far. Used once.</summary>
internal sealed class HttpVisit(HttpMessageInvoker invoker, HttpFetcherOptions options)
{
    private readonly List<RedirectHop> _redirects = [];
    private readonly CookieContainer _cookies = new();
    private readonly HashSet<(string Url, string Cookies)> _asked = [];
    private FetchResult _soFar = new() { RenderedBy = RenderedBy.Http };

    /// <summary>Whether a fetch may go there.</summary>
    public static bool IsHttp(Uri url) => url.IsAbsoluteUri && url.Scheme is "http" or "https";

    /// <summary>Follows redirects from <paramref name="url"/> to an answer. Exceptions of the connection pass through.</summary>
    public async Task<FetchResult> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        while (true)
        {
            // The same URL with new cookies may answer otherwise: sites that set one and send the visitor back.
            if (!_asked.Add((NameOf(url), _cookies.GetCookieHeader(url))))
                return Failed(ErrorCode.RedirectLoop, $"The redirects lead back to {NameOf(url)}.");
            if (
                options.BeforeHop is { } check
                && await check(url, cancellationToken).ConfigureAwait(false) is { } refusal
            )
                return Failed(refusal);

            using var request = CreateRequest(url);
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            _soFar = _soFar with
            {
                FinalUrl = NameOf(url),
                Status = status,
                ContentType = MediaTypes.Essence(RawHeader(response, "Content-Type")),
                RetryAfter = RawHeader(response, "Retry-After"),
                RobotsTags = RawHeaders(response, "X-Robots-Tag"),
            };
            if (status is not (301 or 302 or 303 or 307 or 308))
                return await ReadAsync(response, status, cancellationToken).ConfigureAwait(false);

            if (_redirects.Count == options.Limits.MaxRedirects)
                return Failed(ErrorCode.RedirectLoop, $"More than {options.Limits.MaxRedirects} redirects.");
            _redirects.Add(new RedirectHop(NameOf(url), status));
            KeepCookies(url, response);
            var location = RawHeader(response, "Location");
            if (location is null || !Uri.TryCreate(url, location.Trim(), out var next))
                return Failed(ErrorCode.Protocol, $"Status {status} with the location '{location}', which is no URL.");
            if (!IsHttp(next))
                return Failed(ErrorCode.OutOfScope, $"A redirect to '{location}', which is neither http nor https.");
            url = next;
        }
    }

    /// <summary>What has come so far, and <paramref name="error"/>.</summary>
    public FetchResult Failed(PageError error) => _soFar with { Redirects = _redirects, Error = error };

    /// <inheritdoc cref="Failed(PageError)"/>
    public FetchResult Failed(ErrorCode code, string message) => Failed(new PageError(code, message));

    private async Task<FetchResult> ReadAsync(HttpResponseMessage response, int status, CancellationToken cancellation)
    {
        if (HttpFailure.OfStatus(status) is { } failure)
            return Failed(failure);
        if (status is 204 or 205)
            return Succeeded("");
        if (!options.TakesAnyContent && Refuse(response) is { } refusal)
            return Failed(refusal);

        var room = new LargeDocument();
        try
        {
            var result = await ReadAsync(response, room, cancellation).ConfigureAwait(false);
            if (result.Error is null && room.HasEntered)
                return result with { Room = room };
            room.Dispose();
            return result;
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    private async Task<FetchResult> ReadAsync(
        HttpResponseMessage response,
        LargeDocument room,
        CancellationToken cancellation
    )
    {
        using var body = new MemoryStream();
        var isWhole = await PageBody
            .TryReadAsync(response.Content, body, options.Limits.MaxBytes, room, cancellation)
            .ConfigureAwait(false);
        _soFar = _soFar with { Bytes = body.Length };
        if (options.TakesAnyContent)
            return _soFar with { Redirects = _redirects, Content = body.ToArray() };
        if (!isWhole)
            return Failed(ErrorCode.TooLarge, $"More than {options.Limits.MaxBytes} bytes of content.");

        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        var text = CharsetDetector.Decode(bytes, RawHeader(response, "Content-Type"));
        if (_soFar.ContentType is null && bytes.Length > 0)
        {
            if (MediaTypes.Sniff(text) is not { } sniffed)
                return Failed(ErrorCode.UnsupportedType, "Binary content without a content type.");
            _soFar = _soFar with { ContentType = sniffed };
        }
        return Succeeded(text);
    }

    private FetchResult Succeeded(string text) => _soFar with { Redirects = _redirects, Text = text };

    /// <summary>What the headers alone say against the content.</summary>
    private PageError? Refuse(HttpResponseMessage response)
    {
        if (MediaTypes.IsAttachment(RawHeader(response, "Content-Disposition")))
            return new PageError(ErrorCode.UnsupportedType, "The content is a download (Content-Disposition).");
        if (_soFar.ContentType is { } type && !MediaTypes.IsPage(type))
            return new PageError(ErrorCode.UnsupportedType, $"The content type is '{type}'.");
        // The handler has removed the encodings it undid.
        if (RawHeader(response, "Content-Encoding") is { } encoding && !encoding.Equals("identity", IgnoreCase))
            return new PageError(ErrorCode.Protocol, $"The content encoding '{encoding}' was not asked for.");
        return response.Content.Headers.ContentLength > options.Limits.MaxBytes
            ? new PageError(
                ErrorCode.TooLarge,
                $"{response.Content.Headers.ContentLength} bytes of content; the most is {options.Limits.MaxBytes}."
            )
            : null;
    }

    private HttpRequestMessage CreateRequest(Uri url)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", MediaTypes.Accept);
        if (_cookies.GetCookieHeader(url) is { Length: > 0 } cookies)
            request.Headers.TryAddWithoutValidation("Cookie", cookies);
        return request;
    }

    private void KeepCookies(Uri url, HttpResponseMessage response)
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
                // A cookie that is malformed or another site's is not kept, as in a browser.
            }
        }
    }

    private const StringComparison IgnoreCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>The header as it came, the last one where it came twice.</summary>
    private static string? RawHeader(HttpResponseMessage response, string name) =>
        RawHeaders(response, name) is [.., var last] ? last : null;

    private static IReadOnlyList<string> RawHeaders(HttpResponseMessage response, string name) =>
        response.Content.Headers.NonValidated.TryGetValues(name, out var values)
        || response.Headers.NonValidated.TryGetValues(name, out values)
            ? [.. values]
            : [];

    /// <summary>A URL as it is recorded: without its fragment, which is not sent.</summary>
    private static string NameOf(Uri url) => url.GetLeftPart(UriPartial.Query);
}
