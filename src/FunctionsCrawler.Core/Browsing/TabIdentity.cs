using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Makes a tab visit pages as somebody: the device and locale that pages see, and the headers and cookies of the start
/// pages' origins.
/// </summary>
/// <remarks>
/// Chromium pauses the requests to these origins, and only these, and the headers are added then. They do not extend to the
/// request that follows a redirect: that one is paused itself if it goes to such an origin. Requests of workers and WebSockets
/// are not paused and so have no headers.
/// </remarks>
internal sealed class TabIdentity
{
    private readonly IPageSession _session;
    private VisitIdentity? _applied;
    private volatile bool _isBlank;

    public TabIdentity(IPageSession session)
    {
        _session = session;
        session.On("Fetch.requestPaused", OnPaused);
    }

    /// <summary>Pixels of the screen per CSS pixel.</summary>
    public double Scale => _applied?.Viewport?.Scale ?? 1;

    /// <summary>Called before each visit. A tab keeps the identity of its first visit.</summary>
    /// <param name="identity">The identity, which is the same for all visits of the tab.</param>
    /// <param name="url">The URL that is visited next.</param>
    /// <exception cref="VisitHaltedException">The browser does not accept a part of the identity.</exception>
    public async Task ApplyAsync(VisitIdentity identity, Uri url)
    {
        try
        {
            if (_applied is null)
            {
                _applied = identity;
                await EmulateAsync(identity).ConfigureAwait(false);
            }
            // Resetting the tab has cleared the cookies of the last visit.
            if (identity.Credentials is { } credentials)
                await SetCookiesAsync(credentials, url).ConfigureAwait(false);
        }
        // The calls have no other parameters than what the request says.
        catch (ProtocolException e)
        {
            throw new VisitHaltedException(VisitEnd.Refused, $"the browser refused: {e.Message}");
        }
    }

    private Task EmulateAsync(VisitIdentity identity)
    {
        List<Task> calls = [];
        if (identity.UserAgent is { } agent)
        {
            var parameters = new JsonObject { ["userAgent"] = agent };
            if (identity.Languages is { } languages)
                parameters["acceptLanguage"] = string.Join(',', languages);
            calls.Add(_session.SendAsync("Emulation.setUserAgentOverride", parameters));
        }
        if (identity.Locale is { } locale)
            calls.Add(_session.SendAsync("Emulation.setLocaleOverride", new JsonObject { ["locale"] = locale }));
        if (identity.Timezone is { } zone)
            calls.Add(_session.SendAsync("Emulation.setTimezoneOverride", new JsonObject { ["timezoneId"] = zone }));
        if (identity.Viewport is { } window)
            calls.Add(
                _session.SendAsync(
                    "Emulation.setDeviceMetricsOverride",
                    new JsonObject
                    {
                        ["width"] = window.Width,
                        ["height"] = window.Height,
                        ["deviceScaleFactor"] = window.Scale,
                        ["mobile"] = identity.IsMobile,
                    }
                )
            );
        if (identity.IsMobile)
            calls.Add(_session.SendAsync("Emulation.setTouchEmulationEnabled", new JsonObject { ["enabled"] = true }));
        if (identity.Credentials is { Headers.Count: > 0 })
            calls.Add(PauseAsync());
        return Task.WhenAll(calls);
    }

    /// <summary>
    /// Answers all requests of the page with an empty document, so that it can be of any origin although nothing is sent.
    /// </summary>
    /// <param name="isBlank">Whether that begins or ends.</param>
    public Task BlankAsync(bool isBlank)
    {
        _isBlank = isBlank;
        return PauseAsync();
    }

    private Task<JsonElement> PauseAsync()
    {
        JsonArray patterns =
            _isBlank ? [new JsonObject { ["urlPattern"] = "*" }]
            : _applied?.Credentials is { Headers.Count: > 0 } credentials ? PatternsOf(credentials)
            : [];
        return patterns.Count == 0
            ? _session.SendAsync("Fetch.disable")
            : _session.SendAsync("Fetch.enable", new JsonObject { ["patterns"] = patterns });
    }

    private static JsonArray PatternsOf(OriginCredentials credentials) =>
        [.. credentials.Roots.Select(root => new JsonObject { ["urlPattern"] = root.AbsoluteUri + "*" })];

    private async Task SetCookiesAsync(OriginCredentials credentials, Uri url)
    {
        JsonArray cookies = [.. credentials.CookiesOfVisit(url).Select(c => ToJson(c.Cookie, c.Root))];
        if (cookies.Count > 0)
            await _session
                .SendAsync("Network.setCookies", new JsonObject { ["cookies"] = cookies })
                .ConfigureAwait(false);
    }

    // Without a domain it is for the host of the URL only, also if it was set for all hosts of a domain.
    private static JsonObject ToJson(OriginCookie cookie, Uri root)
    {
        var json = new JsonObject
        {
            ["name"] = cookie.Name,
            ["value"] = cookie.Value,
            ["url"] = root.AbsoluteUri,
            ["path"] = cookie.Path,
            // Otherwise a cookie of an https page would also be sent over http.
            ["secure"] = root.Scheme is "https",
            ["httpOnly"] = cookie.IsHttpOnly,
        };
        if (cookie.Expires is { } end)
            json["expires"] = end;
        // Requests that other sites make never have it: these must not act with the rights of a saved login.
        if (cookie.SameSite is { } sameSite)
            json["sameSite"] = sameSite == CookieSameSite.Strict ? "Strict" : "Lax";
        return json;
    }

    private void OnPaused(JsonElement paused)
    {
        var parameters = new JsonObject { ["requestId"] = paused.GetProperty("requestId").GetString() };
        if (_isBlank)
        {
            parameters["responseCode"] = 200;
            parameters["responseHeaders"] = new JsonArray(
                new JsonObject { ["name"] = "Content-Type", ["value"] = "text/html" }
            );
            _session.SendAsync("Fetch.fulfillRequest", parameters).Observe();
            return;
        }
        var request = paused.GetProperty("request");
        if (_applied?.Credentials is { } credentials && IsOfOrigin(credentials, request))
            parameters["headers"] = HeadersOf(credentials, request.GetProperty("headers"));
        _session.SendAsync("Fetch.continueRequest", parameters).Observe();
    }

    // A page of another site, in a frame for example, must not act with the credentials of this one.
    private static bool IsOfOrigin(OriginCredentials credentials, JsonElement request) =>
        Uri.TryCreate(request.GetProperty("url").GetString(), UriKind.Absolute, out var url)
        && credentials.Covers(url)
        && request
            .GetProperty("headers")
            .EnumerateObject()
            .Where(header => header.Name.Equals("Origin", StringComparison.OrdinalIgnoreCase))
            .All(header =>
                Uri.TryCreate(header.Value.GetString(), UriKind.Absolute, out var origin) && credentials.Covers(origin)
            );

    private static JsonArray HeadersOf(OriginCredentials credentials, JsonElement sent)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in sent.EnumerateObject())
            headers[header.Name] = header.Value.GetString() ?? "";
        foreach (var (name, value) in credentials.Headers)
        {
            // What a script of the page authenticates with stays.
            if (!name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || !headers.ContainsKey(name))
                headers[name] = value;
        }
        return [.. headers.Select(header => new JsonObject { ["name"] = header.Key, ["value"] = header.Value })];
    }
}
