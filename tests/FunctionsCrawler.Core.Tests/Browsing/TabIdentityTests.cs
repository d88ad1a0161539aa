using System.Collections.Concurrent;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>As whom a tab visits pages, and where its headers and cookies go.</summary>
public class TabIdentityTests(OneBrowser one) : TabTestBase(one)
{
    private const string Key = "private-key-17017";
    private const string Session = "private-session-17018";
    private const string Basic = "Basic YWxpY2U6cHJpdmF0ZSBwYXNzd29yZA==";

    // Sees the same pages at another origin.
    private readonly ConcurrentQueue<HttpRequestLine> _here = new();
    private readonly ConcurrentQueue<HttpRequestLine> _elsewhere = new();
    private PageServer _first = null!;
    private PageServer _other = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _first = await PageServer.StartAsync(context => AnswerAsync(context, _here));
        _other = await PageServer.StartAsync(context => AnswerAsync(context, _elsewhere));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _first.DisposeAsync();
        await _other.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Visit_Viewport_IsWhatMediaQueriesSee()
    {
        var identity = new VisitIdentity
        {
            Viewport = new PageViewport
            {
                Width = 500,
                Height = 400,
                Scale = 2,
            },
        };
        const string script =
            "p.textContent = [innerWidth, innerHeight, devicePixelRatio, matchMedia('(max-width: 500px)').matches, 'ontouchstart' in window]";
        Assert.Contains(">500,400,2,true,false<", await HtmlAsync(identity, script), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_ScreenshotOfASharpScreen_HasThePixelsOfTheScreen()
    {
        var identity = new VisitIdentity
        {
            Viewport = new PageViewport { Width = 500, Scale = 3 },
        };
        _body = "<p>hello</p>";
        var options = new VisitOptions
        {
            Identity = identity,
            Captures = new CaptureOptions { Screenshot = new ScreenshotOptions() },
        };
        var visit = await (await OpenAsync()).VisitAsync(new Uri(_first.Url, "/page"), options, Ample, Cancellation);
        // The width of the image, from its IHDR chunk.
        var png = Assert.Single(visit.Captures).Content.Span;
        Assert.Equal(1500, png[18] << 8 | png[19]);
    }

    [Fact]
    public async Task Visit_Phone_HasTouchAndAMobileUserAgent()
    {
        var page = new PageOptions { Device = DevicePreset.Phone };
        var identity = VisitIdentity.Of(page, [], new CrawlerIdentity().UserAgent, out _)!;
        const string script =
            "p.textContent = [screen.width, innerWidth, devicePixelRatio, matchMedia('(pointer: coarse)').matches, /Android.*Mobile.*FunctionsCrawler/.test(navigator.userAgent)]";
        // Without a viewport of its own, a page is laid out 980 pixels wide, as on a phone.
        Assert.Contains(">390,980,3,true,true<", await HtmlAsync(identity, script), StringComparison.Ordinal);
        Assert.Contains("Mobile", Here("/page").UserAgent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_LocaleAndTimezone_AreWhatScriptsSee()
    {
        var identity = VisitIdentity.Of(
            new PageOptions { Locale = "de-DE", Timezone = "Asia/Tokyo" },
            [],
            "Agent/1",
            out _
        )!;
        const string script = """
            p.textContent = [navigator.language, navigator.languages.length, Intl.DateTimeFormat().resolvedOptions().timeZone,
              new Date(0).getHours(), (1234.5).toLocaleString(), navigator.userAgent].join('|')
            """;
        Assert.Contains(
            ">de-DE|2|Asia/Tokyo|9|1.234,5|Agent/1<",
            await HtmlAsync(identity, script),
            StringComparison.Ordinal
        );
        Assert.Equal("de-DE,de;q=0.9", Here("/page").Language);
        Assert.Equal("Agent/1", Here("/page").UserAgent);
    }

    [Fact]
    public async Task Visit_SecondVisitOfATab_KeepsTheIdentity()
    {
        var tab = await OpenAsync();
        var options = new VisitOptions { Identity = Credentials() with { Timezone = "Asia/Tokyo" } };
        for (var i = 1; i <= 2; i++)
        {
            var url = new Uri(_first.Url, $"/page?{i}");
            var visit = await tab.VisitAsync(url, options, Ample, Cancellation);
            Assert.Equal(VisitEnd.Read, visit.End);
            Assert.Equal(Key, Here($"/page?{i}").Key);
            Assert.Equal($"sid={Session}", Here($"/page?{i}").Cookie);
            Assert.True(await tab.ResetAsync());
        }
    }

    [Fact]
    public async Task Visit_Credentials_GoToTheStartOriginOnly()
    {
        var other = _other.Url.AbsoluteUri;
        var here = _first.Url.AbsoluteUri;
        var visit = await VisitAsync(
            Credentials(),
            $"""
            <img src=/own-image><img src={other}image><iframe src={other}frame></iframe>
            <img src=/away?{other}hop>
            <script>
              fetch('/own-fetch');
              fetch('{other}fetch', {"{"} mode: 'no-cors' {"}"});
              fetch('{other}away?{here}back', {"{"} mode: 'no-cors' {"}"});
              new WebSocket('{other.Replace("http:", "ws:")}socket');
              new Worker(URL.createObjectURL(new Blob([`fetch('{other}worker', {"{"} mode: 'no-cors' {"}"}); fetch('{here}own-worker', {"{"} mode: 'no-cors' {"}"})`])));
            </script>
            """
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        await UntilAsync(() =>
            Seen(_elsewhere, "/image", "/frame", "/hop", "/fetch", "/socket", "/worker")
            && Seen(_here, "/own-image", "/own-fetch", "/own-worker")
        );
        foreach (var path in (string[])["/page", "/own-image", "/own-fetch", $"/away?{other}hop"])
        {
            Assert.Equal(Key, Here(path).Key);
            Assert.Equal(Basic, Here(path).Authorization);
        }
        Assert.All(_elsewhere, request => Assert.Equal("|", $"{request.Key}|{request.Authorization}"));
        Assert.All(
            _elsewhere.Where(r => r.Path is not "/frame"),
            r => Assert.DoesNotContain(Key, r.All, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Visit_RedirectToAnotherOrigin_TakesNoHeaderAlong()
    {
        var target = $"{_other.Url}hop";
        await VisitAsync(Credentials(), new Uri(_first.Url, $"/away?{target}"));
        Assert.Equal(Key, Here($"/away?{target}").Key);
        var hop = Assert.Single(_elsewhere, r => r.Path is "/hop");
        Assert.Equal("|", $"{hop.Key}|{hop.Authorization}");
    }

    [Fact]
    public async Task Visit_RedirectBackToTheStartOrigin_HasThemAgain()
    {
        var identity = Credentials();
        await VisitAsync(identity, new Uri(_other.Url, $"/away?{_first.Url}page"));
        Assert.Equal(Key, Here("/page").Key);
        Assert.All(_elsewhere, request => Assert.Null(request.Key));
    }

    [Fact]
    public async Task Visit_OtherOriginOfTheSameHost_HasNoCookies()
    {
        var visit = await VisitAsync(Credentials(), new Uri(_other.Url, "/page"));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.All(
            _elsewhere,
            request => Assert.Equal("||", $"{request.Key}|{request.Authorization}|{request.Cookie}")
        );
    }

    [Fact]
    public async Task Visit_FrameOfAnotherSite_CannotActWithTheHeaders()
    {
        var here = _first.Url.AbsoluteUri;
        var visit = await VisitAsync(
            Credentials(),
            $"<iframe srcdoc=\"<script>fetch('{here}forged', {"{"} mode: 'no-cors', method: 'POST' {"}"})</script>\" sandbox=allow-scripts></iframe>"
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        await UntilAsync(() => Seen(_here, "/forged"));
        Assert.Null(Here("/forged").Key);
    }

    [Fact]
    public async Task Visit_UnknownTimezone_IsRefusedWithItsName()
    {
        var visit = await VisitAsync(new VisitIdentity { Timezone = "Mars/Olympus" }, new Uri(_first.Url, "/page"));
        Assert.Equal(VisitEnd.Refused, visit.End);
        Assert.Contains("timezone", visit.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Visit_CancelledWhileRequestsArePaused_EndsAtOnce()
    {
        var tab = await OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var images = string.Concat(Enumerable.Range(0, 200).Select(i => $"<img src=/hang?{i}>"));
        var url = new Uri(_first.Url, "/body?" + Uri.EscapeDataString(images));
        var options = new VisitOptions { Identity = Credentials() };
        var visit = tab.VisitAsync(url, options, TimeSpan.FromMinutes(5), stop.Token);
        await UntilAsync(() => _here.Any(r => r.Path.StartsWith("/hang", StringComparison.Ordinal)));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visit.WaitAsync(Guard, Cancellation));
    }

    private VisitIdentity Credentials()
    {
        var page = new PageOptions
        {
            Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = Key },
            Cookies = [new PageCookie { Name = "sid", Value = Session }],
            BasicAuth = new BasicAuth { Username = "alice", Password = "private password" },
        };
        return VisitIdentity.Of(page, [_first.Url.AbsoluteUri], "Agent/1", out _)!;
    }

    private async Task<string> HtmlAsync(VisitIdentity identity, string script)
    {
        var visit = await VisitAsync(identity, $"<p id=p>start</p><script>{script}</script>");
        Assert.Equal(VisitEnd.Read, visit.End);
        return visit.Html!;
    }

    private Task<TabVisit> VisitAsync(VisitIdentity identity, string body)
    {
        _body = body;
        return VisitAsync(identity, new Uri(_first.Url, "/page"));
    }

    private async Task<TabVisit> VisitAsync(VisitIdentity identity, Uri url) =>
        await (await OpenAsync()).VisitAsync(url, new VisitOptions { Identity = identity }, Ample, Cancellation);

    private string _body = "<p>hello</p>";

    private HttpRequestLine Here(string path) => _here.Last(r => string.Equals(r.Path, path, StringComparison.Ordinal));

    private static bool Seen(IEnumerable<HttpRequestLine> requests, params string[] paths) =>
        paths.All(path => requests.Any(r => string.Equals(r.Path, path, StringComparison.Ordinal)));

    private async Task AnswerAsync(HttpContext context, ConcurrentQueue<HttpRequestLine> requests)
    {
        var path = context.Request.Path.Value + context.Request.QueryString.Value;
        requests.Enqueue(HttpRequestLine.Of(path, context.Request));
        context.Response.ContentType = "text/html; charset=utf-8";
        if (path.StartsWith("/away?", StringComparison.Ordinal))
            context.Response.Redirect(path["/away?".Length..]);
        else if (path.StartsWith("/hang", StringComparison.Ordinal))
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        else if (path.StartsWith("/body?", StringComparison.Ordinal))
            await context.Response.WriteAsync(Uri.UnescapeDataString(path["/body?".Length..]));
        else
            await context.Response.WriteAsync("<!DOCTYPE html><html><body>" + _body + "</body></html>");
    }

    private sealed record HttpRequestLine(string Path, string All)
    {
        public string? Key { get; init; }
        public string? Authorization { get; init; }
        public string? Cookie { get; init; }
        public string? UserAgent { get; init; }
        public string? Language { get; init; }

        public static HttpRequestLine Of(string path, HttpRequest request)
        {
            return new HttpRequestLine(path, string.Join('\n', request.Headers.Select(h => $"{h.Key}: {h.Value}")))
            {
                Key = Header("X-Api-Key"),
                Authorization = Header("Authorization"),
                Cookie = Header("Cookie"),
                UserAgent = Header("User-Agent"),
                Language = Header("Accept-Language"),
            };

            string? Header(string name) => request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
        }
    }
}

public sealed class PlaywrightTabIdentityTests(OneBrowser one) : TabIdentityTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
