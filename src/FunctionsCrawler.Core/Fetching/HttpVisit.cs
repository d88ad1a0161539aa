using System.Net.Http;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Fetching;

/// <summary>One fetch over HTTP: its redirects, its cookies and the result so far. Used once.</summary>
internal sealed class HttpVisit(
    HttpMessageInvoker invoker,
    HttpFetcherOptions options,
    TimeProvider time,
    Revalidation? revalidation = null,
    ExchangeRecorder? recorder = null
)
{
    // An error page is small and not worth waiting for. Up to this size it needs no lease, which retries would have to return.
    private const int MaxErrorPage = LargeDocumentGate.Threshold;
    private static readonly TimeSpan ErrorPageLimit = TimeSpan.FromSeconds(5);

    private readonly List<RedirectHop> _redirects = [];
    private readonly VisitRequests _requests = new(options, revalidation);
    private readonly HashSet<(string Url, string Cookies)> _requested = [];
    private bool _waitsForMemory;
    private PageError? _errorStatus;
    private FetchResult _soFar = new() { RenderedBy = RenderedBy.Http };

    /// <summary>The timestamp of the last response; null if there was none.</summary>
    public long? Responded { get; private set; }

    /// <summary>Whether a URL is absolute and has the scheme http or https.</summary>
    public static bool IsHttp(Uri url) => url.IsAbsoluteUri && url.Scheme is "http" or "https";

    /// <summary>Requests a URL and follows redirects to the final response. Connection exceptions are not caught.</summary>
    public async Task<FetchResult> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        while (true)
        {
            // With new cookies the same URL may respond differently: some sites set one and redirect back.
            if (!_requested.Add((VisitRequests.NameOf(url), _requests.CookiesOf(url))))
                return Failed(ErrorCode.RedirectLoop, $"The redirects lead back to {VisitRequests.NameOf(url)}.");
            if (
                options.BeforeHop is { } check
                && await check(url, cancellationToken).ConfigureAwait(false) is { } refusal
            )
                return Failed(refusal);

            using var request = _requests.Create(url);
            recorder?.Begin(url, request);
            using var response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            Responded = time.GetTimestamp();
            _soFar = _soFar with
            {
                FinalUrl = VisitRequests.NameOf(url),
                Status = status,
                ContentType = MediaTypes.Essence(response.JoinedHeader("Content-Type")),
                RetryAfter = response.RawHeader("Retry-After"),
                RobotsTags = response.RawValues("X-Robots-Tag"),
                Headers = RecordedHeaders.Of(response.AllRaw()),
            };
            if (status == 304 && _requests.IsConditional(url))
                return _soFar with { Redirects = _redirects, IsNotModified = true };
            if (status is not (301 or 302 or 303 or 307 or 308))
                return await ReadAsync(response, status, cancellationToken).ConfigureAwait(false);

            if (_redirects.Count == options.Limits.MaxRedirects)
                return Failed(ErrorCode.RedirectLoop, $"More than {options.Limits.MaxRedirects} redirects.");
            if (recorder is not null)
                await recorder.EndUnreadAsync(response, cancellationToken).ConfigureAwait(false);
            _redirects.Add(new RedirectHop(VisitRequests.NameOf(url), status));
            _requests.KeepCookies(url, response);
            var location = response.RawHeader("Location");
            if (location is null || !Uri.TryCreate(url, location.Trim(), out var next))
                return Failed(
                    ErrorCode.Protocol,
                    $"The server responded with {status} and the Location '{location}', which is not a valid URL."
                );
            if (!IsHttp(next))
                return Failed(
                    ErrorCode.OutOfScope,
                    $"The page redirects to '{location}', which is neither http nor https."
                );
            url = next;
        }
    }

    /// <summary>The result so far, with <paramref name="error"/>.</summary>
    public FetchResult Failed(PageError error) => _soFar with { Redirects = _redirects, Error = error };

    /// <inheritdoc cref="Failed(PageError)"/>
    public FetchResult Failed(ErrorCode code, string message) => Failed(new PageError(code, message));

    /// <summary>The result when <paramref name="deadline"/> has passed.</summary>
    public FetchResult Expired(TimeSpan deadline) =>
        _errorStatus is { } error
            ? ErrorPageNotRead(error, $"it did not arrive within {deadline}")
            : Failed(
                ErrorCode.Timeout,
                _waitsForMemory
                    ? $"{_soFar.Bytes} bytes were received, but there was no memory to read them within {deadline}."
                    : $"No complete response within {deadline}."
            );

    private async Task<FetchResult> ReadAsync(HttpResponseMessage response, int status, CancellationToken cancellation)
    {
        if (HttpFailure.OfStatus(status) is { } failure)
            return status >= 400 && !options.TakesAnyContent && Refuse(response) is null
                ? await ReadErrorPageAsync(response, failure, cancellation).ConfigureAwait(false)
                : Failed(failure);
        if (status is 204 or 205 || revalidation is { OnlyChecks: true })
        {
            if (recorder is not null)
                await recorder.EndAsync(response, isWhole: true, cancellation).ConfigureAwait(false);
            return Succeeded("");
        }
        if (!options.TakesAnyContent && Refuse(response) is { } refusal)
            return Failed(refusal);

        var body = new SpooledBody(LargeDocumentGate.Threshold);
        await using (body.ConfigureAwait(false))
        {
            var isWhole = await PageBody
                .TryReadAsync(
                    response.Content,
                    response.JoinedHeader("Content-Encoding"),
                    body,
                    options.Limits.MaxBytes,
                    cancellation,
                    recorder
                )
                .ConfigureAwait(false);
            if (recorder is not null)
                await recorder.EndAsync(response, isWhole, cancellation).ConfigureAwait(false);
            _soFar = _soFar with { Bytes = body.Length };
            if (!isWhole && !options.TakesAnyContent)
                return Failed(ErrorCode.TooLarge, $"More than {options.Limits.MaxBytes} bytes of content.");
            return await LoadAsync(body, response, cancellation).ConfigureAwait(false);
        }
    }

    // Whatever happens to its text, the page has failed with its status.
    private async Task<FetchResult> ReadErrorPageAsync(
        HttpResponseMessage response,
        PageError failure,
        CancellationToken cancellation
    )
    {
        _errorStatus = failure;
        using var expiry = new CancellationTokenSource(ErrorPageLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, expiry.Token);
        var body = new SpooledBody(MaxErrorPage);
        await using (body.ConfigureAwait(false))
        {
            try
            {
                var limit = Math.Min(MaxErrorPage, options.Limits.MaxBytes);
                var isWhole = await PageBody
                    .TryReadAsync(
                        response.Content,
                        response.JoinedHeader("Content-Encoding"),
                        body,
                        limit,
                        either.Token,
                        recorder
                    )
                    .ConfigureAwait(false);
                if (recorder is not null)
                    await recorder.EndAsync(response, isWhole, either.Token).ConfigureAwait(false);
                if (!isWhole)
                    return ErrorPageNotRead(failure, $"it has more than {limit} bytes");
                _soFar = _soFar with { Bytes = body.Length };
                var bytes = await body.LoadAsync(either.Token).ConfigureAwait(false);
                return Decode(bytes.Span, response.JoinedHeader("Content-Type")) with { Error = failure };
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                var reason = expiry.IsCancellationRequested
                    ? $"it did not arrive within {ErrorPageLimit.TotalSeconds:F0} s"
                    : HttpFailure.Describe(e).Message.TrimEnd('.');
                return ErrorPageNotRead(failure, reason);
            }
        }
    }

    private FetchResult ErrorPageNotRead(PageError failure, string reason) =>
        Failed(failure) with
        {
            Warnings =
            [
                new PageWarning(PageWarningCode.ErrorPageNotRead, $"The text of the error page is missing: {reason}."),
            ],
        };

    // Called after the download, so a slow server does not make other large documents wait.
    private async Task<FetchResult> LoadAsync(
        SpooledBody body,
        HttpResponseMessage response,
        CancellationToken cancellation
    )
    {
        _waitsForMemory = true;
        var lease = await options.Documents.EnterAsync(body.Length, cancellation).ConfigureAwait(false);
        _waitsForMemory = false;
        try
        {
            var bytes = await body.LoadAsync(cancellation).ConfigureAwait(false);
            var result =
                options.TakesAnyContent || ContentKinds.IsReadAsBytes(_soFar.ContentType)
                    ? _soFar with
                    {
                        Redirects = _redirects,
                        Content = bytes,
                    }
                    : Decode(bytes.Span, response.JoinedHeader("Content-Type"));
            if (result.Error is not null)
                return result;
            result = result with { Lease = lease };
            lease = null;
            return result;
        }
        finally
        {
            lease?.Dispose();
        }
    }

    private FetchResult Decode(ReadOnlySpan<byte> bytes, string? contentType)
    {
        var text = CharsetDetector.Decode(bytes, contentType);
        if (_soFar.ContentType is null && bytes.Length > 0)
        {
            if (MediaTypes.Sniff(text) is not { } sniffed)
                return Failed(ErrorCode.UnsupportedType, "Binary content without a content type.");
            _soFar = _soFar with { ContentType = sniffed };
        }
        return Succeeded(text);
    }

    private FetchResult Succeeded(string text) => _soFar with { Redirects = _redirects, Text = text };

    /// <summary>The error that the headers alone imply; null if the content may be read.</summary>
    private PageError? Refuse(HttpResponseMessage response)
    {
        if (MediaTypes.IsAttachment(response.RawHeader("Content-Disposition")))
            return new PageError(ErrorCode.UnsupportedType, "The content is a download (Content-Disposition).");
        if (_soFar.ContentType is { } type && !options.Accepts(type))
            return new PageError(ErrorCode.UnsupportedType, $"The content type is '{type}'.");
        // The handler removes the encodings that it decoded.
        var encoding = response.JoinedHeader("Content-Encoding");
        if (!ContentCodings.AreReadable(encoding))
            return new PageError(ErrorCode.Protocol, $"The content encoding '{encoding}' was not requested.");
        return response.Content.Headers.ContentLength > options.Limits.MaxBytes
            ? new PageError(
                ErrorCode.TooLarge,
                $"{response.Content.Headers.ContentLength} bytes of content; the limit is {options.Limits.MaxBytes}."
            )
            : null;
    }
}
