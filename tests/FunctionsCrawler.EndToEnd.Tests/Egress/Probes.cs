using System.Globalization;
using System.Text.Json;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>
/// All probes (OWASP SSRF Prevention Cheat Sheet, CWE-918): every kind of request with the plain address, and the most common
/// kinds with every spelling of the address.
/// </summary>
internal static class Probes
{
    private const string Plain = "127.0.0.2";

    // Elements that navigate or load a subresource. {0} is the URL.
    private static readonly (string Name, string Html)[] Elements =
    [
        ("img", "<img src='{0}'>"),
        ("img-srcset", "<img srcset='{0} 1x'>"),
        ("picture", "<picture><source srcset='{0}'><img></picture>"),
        ("video", "<video src='{0}' preload=auto autoplay muted></video>"),
        ("video-poster", "<video poster='{0}'></video>"),
        ("video-source", "<video preload=auto autoplay muted><source src='{0}'></video>"),
        ("audio", "<audio src='{0}' preload=auto autoplay></audio>"),
        ("iframe", "<iframe src='{0}'></iframe>"),
        ("iframe-sandbox", "<iframe sandbox src='{0}'></iframe>"),
        ("iframe-srcdoc", "<iframe srcdoc=\"<img src='{0}'>\"></iframe>"),
        ("iframe-data", "<iframe src=\"data:text/html,<img src='{0}'>\"></iframe>"),
        ("object", "<object data='{0}'></object>"),
        ("embed", "<embed src='{0}'>"),
        ("script", "<script src='{0}'></script>"),
        ("script-module", "<script type=module src='{0}'></script>"),
        ("modulepreload", "<link rel=modulepreload href='{0}'>"),
        ("stylesheet", "<link rel=stylesheet href='{0}'>"),
        ("preload-image", "<link rel=preload as=image href='{0}'>"),
        ("preload-fetch", "<link rel=preload as=fetch crossorigin href='{0}'>"),
        ("prefetch", "<link rel=prefetch href='{0}'>"),
        ("css-import", "<style>@import '{0}';</style>"),
        ("css-background", "<div style=\"background:url('{0}')\">x</div>"),
        ("css-image-set", "<div style=\"background:image-set('{0}' 1x)\">x</div>"),
        ("css-font", "<style>@font-face{{font-family:f;src:url('{0}')}}p{{font-family:f}}</style><p>x</p>"),
        ("css-list", "<ul style=\"list-style-image:url('{0}')\"><li>x</ul>"),
        ("css-content", "<style>p::before{{content:url('{0}')}}</style><p>x</p>"),
        ("css-mask", "<div style=\"mask-image:url('{0}')\">x</div>"),
        ("css-border", "<div style=\"border:9px solid;border-image:url('{0}') 9\">x</div>"),
        ("svg-image", "<svg><image href='{0}' width=9 height=9 /></svg>"),
        (
            "svg-feimage",
            "<svg><filter id=f><feImage href='{0}'/></filter><rect width=9 height=9 filter='url(#f)'/></svg>"
        ),
        ("input-image", "<input type=image src='{0}'>"),
        ("body-background", "<table background='{0}'><tr><td>x</table>"),
        ("base", "<base href='{0}'><img src='below'>"),
        ("meta-refresh", "<meta http-equiv=refresh content='0;url={0}'>"),
        ("img-redirected", "<img src='/to?{0}'>"),
        ("script-redirected", "<script src='/to?{0}'></script>"),
        ("stylesheet-redirected", "<link rel=stylesheet href='/to?{0}'>"),
        ("iframe-redirected", "<iframe src='/to?{0}'></iframe>"),
        ("iframe-refreshed", "<iframe srcdoc=\"<meta http-equiv=refresh content='0;url={0}'>\"></iframe>"),
    ];

    // Hints that the headless shell ignores.
    private static readonly (string Name, string Html)[] Hints =
    [
        ("preconnect", "<link rel=preconnect href='{0}'>"),
        ("dns-prefetch", "<link rel=dns-prefetch href='{0}'>"),
        (
            "speculation",
            "<script type=speculationrules>{{\"prefetch\":[{{\"urls\":[\"{0}\"],\"eagerness\":\"immediate\"}}]}}</script>"
        ),
    ];

    // In the scripts, u is the URL and h its host and port.
    private static readonly (string Name, string Script)[] Scripts =
    [
        ("location", "location = u"),
        ("location-assign", "location.assign(u)"),
        ("location-replace", "location.replace(u)"),
        ("location-late", "setTimeout(() => location = u, 100)"),
        (
            "location-in-frame",
            "const f = document.body.appendChild(document.createElement('iframe')); f.contentWindow.location = u"
        ),
        ("click", "const a = document.createElement('a'); a.href = u; a.click()"),
        (
            "click-ping",
            "const a = document.createElement('a'); a.href = '#x'; a.ping = u; document.body.append(a); a.click()"
        ),
        ("form-get", "const f = document.createElement('form'); f.action = u; document.body.append(f); f.submit()"),
        (
            "form-post",
            "const f = document.createElement('form'); f.method = 'post'; f.action = u; document.body.append(f); f.submit()"
        ),
        ("fetch", "fetch(u)"),
        ("fetch-no-cors", "fetch(u, {mode: 'no-cors', method: 'POST', body: 'x'})"),
        ("fetch-keepalive", "fetch(u, {mode: 'no-cors', keepalive: true})"),
        ("fetch-redirected", "fetch('/to?' + u)"),
        ("xhr", "const x = new XMLHttpRequest(); x.open('GET', u); x.send()"),
        ("xhr-sync", "const x = new XMLHttpRequest(); x.open('GET', u, false); try { x.send() } catch {}"),
        ("xhr-redirected", "const x = new XMLHttpRequest(); x.open('GET', '/to?' + u); x.send()"),
        ("websocket", "new WebSocket('ws://' + h)"),
        ("eventsource", "new EventSource(u)"),
        ("beacon", "navigator.sendBeacon(u, 'x')"),
        ("image", "new Image().src = u"),
        ("audio-object", "new Audio(u).load()"),
        ("document-write", "document.write('<script src=\"' + u + '\"></scr' + 'ipt>')"),
        ("inner-html", "const d = document.createElement('div'); d.innerHTML = '<img src=' + u + '>'"),
        ("import", "import(u)"),
        ("font-face", "new FontFace('f', 'url(' + u + ')').load()"),
        (
            "insert-rule",
            "const s = document.head.appendChild(document.createElement('style')); s.sheet.insertRule('body{background:url(' + u + ')}')"
        ),
        ("worker-import", "new Worker(URL.createObjectURL(new Blob(['importScripts(\"' + u + '\")'])))"),
        ("worker-fetch", "new Worker(URL.createObjectURL(new Blob(['fetch(\"' + u + '\")'])))"),
        ("worker-websocket", "new Worker(URL.createObjectURL(new Blob(['new WebSocket(\"ws://' + h + '\")'])))"),
        (
            "worker-module",
            "new Worker(URL.createObjectURL(new Blob(['import \"' + u + '\"'], {type: 'text/javascript'})), {type: 'module'})"
        ),
        (
            "blob-frame",
            "const f = document.createElement('iframe'); f.src = URL.createObjectURL(new Blob(['<img src=' + u + '>'], {type: 'text/html'})); document.body.append(f)"
        ),
        ("worklet", "CSS.paintWorklet?.addModule(u)"),
        (
            "turn",
            "const p = new RTCPeerConnection({iceServers: [{urls: 'turn:' + h + '?transport=tcp', username: 'u', credential: 'c'}]}); p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o))"
        ),
    ];

    // Requests that the launch options of Chromium prevent, or the end of the visit.
    private static readonly (string Name, string Script)[] Fenced =
    [
        ("beacon-on-leaving", "addEventListener('pagehide', () => navigator.sendBeacon(u, 'x'))"),
        ("shared-worker", "new SharedWorker(URL.createObjectURL(new Blob(['fetch(\"' + u + '\")'])))"),
        ("open", "open(u)"),
        ("open-noopener", "open(u, '_blank', 'noopener')"),
        ("click-blank", "const a = document.createElement('a'); a.href = u; a.target = '_blank'; a.click()"),
        (
            "stun",
            "const p = new RTCPeerConnection({iceServers: [{urls: 'stun:' + h}]}); p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o))"
        ),
        ("webtransport", "new WebTransport('https://' + h)"),
        ("service-worker", "navigator.serviceWorker.register('/to?' + u)"),
        ("file", "fetch('file:///etc/passwd'); location = 'file:///etc/passwd'"),
        ("chrome", "location = 'chrome://version'"),
        ("view-source", "location = 'view-source:' + u"),
    ];

    // Spellings of 127.0.0.2 or of another loopback address.
    private static readonly string[] Hosts =
    [
        "2130706434",
        "0177.0.0.2",
        "0177.0.0.02",
        "017700000002",
        "0x7f000002",
        "0x7F.0x0.0x0.0x2",
        "0x7f.0.2",
        "127.2",
        "127.0.2",
        "127.0.0.2.",
        "127。0。0。2",
        "[::ffff:127.0.0.2]",
        "[::ffff:7f00:2]",
        "[0:0:0:0:0:ffff:7f00:0002]",
        "[::1]",
        "[0:0::0:1]",
        "localhost",
        "LOCALHOST.",
        "0.0.0.0",
        "0",
        "[::]",
    ];

    // Not for fetch(), which rejects URLs with credentials.
    private static readonly string[] WithCredentials = ["allowed.example@127.0.0.2", "user:password@127.0.0.2"];

    // Addresses that browsers accept but System.Uri does not, so the crawler does not follow them as links.
    private static readonly string[] ForBrowsers = ["%31%32%37.0.0.2", "１２７.０.０.２", "①②⑦.⓪.⓪.②"];

    public static IReadOnlyList<Probe> All { get; } =
    [
        .. Elements.Select(e => new Probe(e.Name, Plain, url => ProbePage.Html(Fill(e.Html, url)))),
        .. Hints.Select(e => new Probe(e.Name, Plain, url => ProbePage.Html(Fill(e.Html, url))) { IsFenced = true }),
        .. Scripts.Select(s => new Probe(s.Name, Plain, url => ProbePage.Script(With(url, s.Script)))),
        .. Fenced.Select(s => new Probe(s.Name, Plain, url => ProbePage.Script(With(url, s.Script)))
        {
            IsFenced = true,
        }),
        .. new[] { 301, 302, 303, 307, 308 }.Select(status =>
            Http($"redirect-{status}", url => ProbePage.Redirect(status, url))
        ),
        Http("redirect-relative", url => ProbePage.Redirect(302, url["http:".Length..])),
        Http("redirect-chain", url => ProbePage.Redirect(302, "/to?" + url)),
        .. new[] { 301, 302, 303, 307, 308 }.Select(status =>
            Http($"robots-{status}", ProbePage.Html) with
            {
                RobotsStatus = status,
            }
        ),
        Http("sitemap-page.xml", url => Xml($"<urlset><url><loc>{url}</loc></url></urlset>")),
        Http("sitemap-index.xml", url => Xml($"<sitemapindex><sitemap><loc>{url}</loc></sitemap></sitemapindex>")),
        Http("sitemap-text.txt", url => new ProbePage(url) { ContentType = "text/plain" }),
        Http("sitemap-redirect.xml", url => ProbePage.Redirect(302, url)),
        Http("sitemap-entity.xml", url => Xml($"<!DOCTYPE x [<!ENTITY e SYSTEM '{url}'>]><urlset>&e;</urlset>")) with
        {
            IsFenced = true,
            WorksOverHttp = false,
        },
        new Probe("refresh-header", Plain, url => Header("Refresh", $"0;url={url}")),
        new Probe("link-header", Plain, url => Header("Link", $"<{url}>; rel=preload; as=image")),
        new Probe(
            "csp-report",
            Plain,
            url =>
                ProbePage.Html("<img src='/x'>") with
                {
                    Headers = new Dictionary<string, string>
                    {
                        ["Content-Security-Policy"] = $"img-src 'none'; report-uri {url}",
                    },
                }
        ),
        .. ByHost("link", [.. Hosts, .. WithCredentials], null, overHttp: true),
        .. ByHost("redirect", [.. Hosts, .. WithCredentials], url => ProbePage.Redirect(302, url), overHttp: true),
        .. ByHost("redirect-in-browser", ForBrowsers, url => ProbePage.Redirect(302, url), overHttp: false),
        .. ByHost(
            "fetch",
            [.. Hosts, .. ForBrowsers],
            url => ProbePage.Script(With(url, "fetch(u, {mode: 'no-cors'})")),
            overHttp: false
        ),
        .. ByHost(
            "frame",
            [.. Hosts, .. ForBrowsers],
            url => ProbePage.Html(Fill("<iframe src='{0}'></iframe>", url)),
            overHttp: false
        ),
    ];

    private static IEnumerable<Probe> ByHost(
        string name,
        IEnumerable<string> hosts,
        Func<string, ProbePage>? page,
        bool overHttp
    ) => hosts.Select((host, i) => new Probe($"{name}-of-host-{i}", host, page) { WorksOverHttp = overHttp });

    private static Probe Http(string name, Func<string, ProbePage> page) =>
        new(name, Plain, page) { WorksOverHttp = true };

    private static ProbePage Header(string name, string value) =>
        ProbePage.Html("") with
        {
            Headers = new Dictionary<string, string> { [name] = value },
        };

    private static ProbePage Xml(string xml) => new(xml) { ContentType = "application/xml" };

    private static string Fill(string html, string url) => string.Format(CultureInfo.InvariantCulture, html, url);

    private static string With(string url, string script) =>
        $"{{const u = {JsonSerializer.Serialize(url)}, h = new URL(u).host; {script}}}";
}
