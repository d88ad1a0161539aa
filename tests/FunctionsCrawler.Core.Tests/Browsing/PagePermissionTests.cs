using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Capabilities that pages must not get: each test page tries to use one and reports the result.</summary>
public partial class PagePermissionTests(OneBrowser one) : TabTestBase(one)
{
    private const string Reporting = """
        const report = {};
        const attempt = (name, f) => Promise.race([
          Promise.resolve().then(f), new Promise(r => setTimeout(() => r('pending'), 600)),
        ]).then(v => report[name] = String(v), e => report[name] = 'denied: ' + e.name);
        const done = all => Promise.all(all).then(() => p.textContent = JSON.stringify(report));
        // A request that never ends keeps the visit settling for its full 2 s.
        fetch('/never');
        """;

    [Theory]
    [InlineData("geolocation")]
    [InlineData("notifications")]
    [InlineData("camera")]
    [InlineData("microphone")]
    [InlineData("midi")]
    [InlineData("clipboard-read")]
    [InlineData("clipboard-write")]
    [InlineData("persistent-storage")]
    [InlineData("screen-wake-lock")]
    [InlineData("idle-detection")]
    [InlineData("background-sync")]
    public async Task Page_QueriesAPermission_IsDenied(string name)
    {
        var report = await ReportAsync(
            $"done([attempt('state', async () => (await navigator.permissions.query({{ name: '{name}' }})).state)])"
        );
        // A permission that this Chromium does not know throws a TypeError.
        Assert.Contains(report["state"], (string[])["denied", "denied: TypeError"], StringComparer.Ordinal);
    }

    [Fact]
    public async Task Page_UsesProtectedApis_IsDenied()
    {
        var report = await ReportAsync(
            """
            done([
              attempt('place', () => new Promise((r, e) => navigator.geolocation.getCurrentPosition(r, x => e({ name: x.code })))),
              attempt('notification', () => Notification.requestPermission()),
              attempt('camera', () => navigator.mediaDevices.getUserMedia({ video: true, audio: true })),
              attempt('midi', () => navigator.requestMIDIAccess()),
              attempt('read', () => navigator.clipboard.readText()),
              attempt('write', () => navigator.clipboard.writeText('x')),
              attempt('usb', () => navigator.usb.requestDevice({ filters: [] })),
              attempt('file', () => showOpenFilePicker()),
              attempt('folder', () => showDirectoryPicker()),
              attempt('key', () => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), timeout: 100 } })),
            ])
            """
        );
        Assert.Equal("denied", report["notification"]);
        foreach (var name in (string[])["place", "camera", "midi", "read", "write", "usb", "file", "folder"])
            Assert.StartsWith("denied", report[name], StringComparison.Ordinal);
        Assert.Contains(report["key"].Split(':')[0], (string[])["denied", "pending"], StringComparer.Ordinal);
    }

    [Fact]
    public async Task Page_OpensFileChooserPrintDialogAndExternalPrograms_IsStillRead()
    {
        var visit = await VisitAsync(
            Site.Page(
                "/asks",
                """
                <p id=p>start</p><input id=f type=file><a id=m href=mailto:a@b>m</a><a id=t href=tel:1>t</a><a id=x href=x-scheme:1>x</a>
                <script>
                document.addEventListener('click', () => { try { f.showPicker() } catch { } });
                f.click(); print(); m.click(); t.click(); x.click();
                try { navigator.registerProtocolHandler('web+x', '/?%s') } catch { }
                p.append('ed')
                </script>
                """
            )
        );
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("started", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("navigator.serviceWorker.register('/worker.js')")]
    [InlineData("ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, '/worker.js')")]
    [InlineData("delete navigator.serviceWorker.register, navigator.serviceWorker.register('/worker.js')")]
    [InlineData(
        "document.body.appendChild(document.createElement('iframe')).contentWindow.navigator.serviceWorker.register('/worker.js')"
    )]
    public async Task Page_RegistersAServiceWorker_HasNoEffect(string script)
    {
        Site.Answer(
            "/worker.js",
            context =>
            {
                context.Response.ContentType = "text/javascript";
                return context.Response.WriteAsync("self.addEventListener('fetch', () => { })");
            }
        );
        var report = await ReportAsync($"done([attempt('worker', () => {script})])");
        Assert.NotEqual("[object ServiceWorkerRegistration]", report["worker"]);
        Assert.False(Site.WasRequested("/worker.js"));
    }

    [Theory]
    [InlineData("location.href = '{0}'")]
    [InlineData("open('{0}')")]
    [InlineData("document.body.append(Object.assign(document.createElement('iframe'), {{ src: '{0}' }}))")]
    [InlineData("document.body.append(Object.assign(document.createElement('object'), {{ data: '{0}' }}))")]
    [InlineData("fetch('{0}').then(r => r.text()).then(t => p.textContent = t)")]
    [InlineData(
        "document.head.append(Object.assign(document.createElement('meta'), {{ httpEquiv: 'refresh', content: '0;url={0}' }}))"
    )]
    public async Task Cve_2026_26217_PageNavigatesToAFile_FileIsNotRead(string script)
    {
        const string secret = "secret-file-content";
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, secret, Cancellation);
            string[] targets =
            [
                "file://" + file,
                "view-source:file://" + file,
                "filesystem:file://" + file,
                "chrome://version/",
                "view-source:" + Site.Url("/"),
            ];
            foreach (var (i, target) in targets.Index())
            {
                var url = Site.Script($"/to-file{i}", string.Format(null, script, target));
                var visit = await VisitAsync(url);
                Assert.Equal((VisitEnd.Read, url.AbsoluteUri), (visit.End, visit.FinalUrl));
                Assert.DoesNotContain(secret, visit.Html, StringComparison.Ordinal);
                Assert.Contains("start", visit.Html, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Cve_2026_26217_ServerRedirectsToAFile_IsANetworkError()
    {
        var visit = await VisitAsync(Site.Redirect("/redirects", "file:///etc/passwd", 302));
        Assert.Equal((VisitEnd.NetworkError, "net::ERR_UNSAFE_REDIRECT"), (visit.End, visit.Detail));
        Assert.Null(visit.Html);
    }

    private async Task<Dictionary<string, string>> ReportAsync(string script)
    {
        Site.Hang("/never");
        var visit = await VisitAsync(Site.Script("/reports", Reporting + script));
        Assert.Equal(VisitEnd.Read, visit.End);
        var text = WebUtility.HtmlDecode(Report().Match(visit.Html!).Groups["json"].Value);
        Assert.StartsWith("{", text, StringComparison.Ordinal);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(text)!;
    }

    [GeneratedRegex("<p id=\"p\">(?<json>[^<]*)</p>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Report();
}
