using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The console of a page, as it is recorded.</summary>
public class ConsoleDiagnosticsTests(OneBrowser one) : DiagnosticTestBase(one)
{
    [Fact]
    public async Task Visit_NotAsked_RecordsNothing()
    {
        var visit = await VisitAsync(Site.Script("/plain", "console.error('x')"));
        Assert.Null(visit.Diagnostics);
        Assert.Empty(visit.Captures);
    }

    [Fact]
    public async Task Visit_ConsoleCalls_HaveLevelTextAndPlace()
    {
        Site.Answer(
            "/app.js",
            context =>
            {
                context.Response.ContentType = "text/javascript";
                return context.Response.WriteAsync(
                    """
                    console.log('%cHello %s', 'color: red', 'world', 1, true, null, undefined);
                    console.warn({ a: 1, b: 'two' }, [1, 2]);
                    console.error(new TypeError('broken'));
                    console.assert(1 > 2, 'numbers');
                    console.debug('fine');
                    """
                );
            }
        );
        var visit = await DiagnoseAsync(Site.Page("/console", Words + "<script src=/app.js></script>"));

        var messages = visit.Diagnostics!.Console;
        Assert.Equal(
            [
                (ConsoleLevel.Log, "Hello world 1 true null undefined"),
                (ConsoleLevel.Warning, "{a: 1, b: 'two'} [1, 2]"),
                (ConsoleLevel.Error, messages[2].Text),
                (ConsoleLevel.Error, "Assertion failed: numbers"),
                (ConsoleLevel.Debug, "fine"),
            ],
            messages.Select(m => (m.Level, m.Text))
        );
        Assert.StartsWith("TypeError: broken", messages[2].Text, StringComparison.Ordinal);
        Assert.Equal(Site.Url("/app.js").AbsoluteUri, messages[1].Url);
        Assert.Equal(2, messages[1].Line);
        Assert.Null(visit.Diagnostics.ConsoleOmitted);
    }

    [Fact]
    public async Task Visit_UncaughtErrors_AreRecorded()
    {
        var url = Site.Page(
            "/throws",
            Words + "<script>Promise.reject(new Error('late'))</script><script>missing()</script>"
        );
        var visit = await DiagnoseAsync(url);

        var texts = visit.Diagnostics!.Console.Select(m => (m.Level, m.Text)).ToList();
        Assert.Contains(
            texts,
            m =>
                m.Level == ConsoleLevel.Error
                && m.Text.Contains("ReferenceError: missing is not defined", StringComparison.Ordinal)
        );
        Assert.Contains(texts, m => m.Text.Contains("Error: late", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Visit_ScriptThatThePolicyForbids_IsReportedByTheBrowser()
    {
        var url = Site.Answer(
            "/policy",
            context =>
            {
                context.Response.ContentType = "text/html";
                context.Response.Headers.ContentSecurityPolicy = "script-src 'none'";
                return context.Response.WriteAsync(Words + "<script>document.title = 'x'</script>");
            }
        );
        var visit = await DiagnoseAsync(url);
        Assert.Contains(
            visit.Diagnostics!.Console,
            m => m.Level == ConsoleLevel.Error && m.Text.Contains("Content Security Policy", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("for (let i = 0; i < 100000; i++) console.log('message', i)")]
    [InlineData("for (let i = 0; i < 100000; i++) console.log({ i, text: 'x'.repeat(1e5) })")]
    public async Task Visit_FloodOfMessages_IsCutWhereItIsWritten(string script)
    {
        var plain = await TimeAsync(new PageOptions());
        var watch = Stopwatch.StartNew();
        var visit = await DiagnoseAsync(Site.Page("/flood", $"{Words}<script>{script}</script>"));
        watch.Stop();

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Equal(ConsoleRecorder.MaxMessages, visit.Diagnostics!.Console.Count);
        Assert.Equal(100_000 - ConsoleRecorder.MaxMessages, visit.Diagnostics.ConsoleOmitted);
        Assert.True(watch.Elapsed < plain + TimeSpan.FromSeconds(3), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Visit_HugeTexts_AreCut()
    {
        const string script = """
            const huge = 'x'.repeat(5e6);
            for (let i = 0; i < 100; i++) {
              console.log(huge);
              console.error(new Error(huge), Symbol(huge));
            }
            """;
        var visit = await DiagnoseAsync(Site.Page("/huge", $"{Words}<script>{script}</script>"));

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.All(visit.Diagnostics!.Console, m => Assert.InRange(m.Text.Length, 1, ConsoleRecorder.MaxTextLength));
        Assert.InRange(visit.Diagnostics.Console.Sum(m => m.Text.Length), 1, 70_000);
        Assert.NotNull(visit.Diagnostics.ConsoleOmitted);
    }

    [Fact]
    public async Task Visit_FloodOfExceptions_IsCounted()
    {
        const string script = """
            let n = 0;
            const timer = setInterval(() => {
              for (let i = 0; i < 100; i++) setTimeout(() => { throw new Error('again') });
              if (++n == 30) clearInterval(timer);
            }, 5);
            """;
        var url = Site.Page("/exceptions", $"{Words}<script>{script}</script>");
        var visit = await VisitAsync(url, new PageOptions { Diagnostics = true, Actions = [new() { Wait = "1000" }] });

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Equal(ConsoleRecorder.MaxMessages, visit.Diagnostics!.Console.Count);
        Assert.True(visit.Diagnostics.ConsoleOmitted > 0);
    }

    [Fact]
    public async Task Visit_HostileTexts_AreHarmless()
    {
        const string script = """
            console.log('a\u001b[31mred\u0007\u202e', '\ud800', '\0');
            console.log({ get x() { throw 1 } }, new Proxy({}, { get() { throw 2 } }), Object.create(null));
            Array.prototype.map = String.prototype.slice = Reflect.apply = () => { throw 3 };
            console.log('still', 'there');
            throw '\udfff';
            """;
        var visit = await DiagnoseAsync(Site.Page("/hostile", $"{Words}<script>{script}</script>"));

        Assert.Equal(VisitEnd.Read, visit.End);
        var console = visit.Diagnostics!.Console;
        Assert.Equal("a\uFFFD[31mred\uFFFD\uFFFD \uFFFD \uFFFD", console[0].Text);
        Assert.Contains(console, m => m.Text == "still there");
        Assert.All(console, m => Assert.DoesNotContain(m.Text, char.IsSurrogate));
    }

    [Fact]
    public async Task Visit_PageThatLogsWhatAStepTypes_DoesNotShowIt()
    {
        const string password = "päss wörd/1";
        const string script = """
            i.oninput = () => {
              console.log('typed', i.value, { password: i.value }, JSON.stringify({ password: i.value }), btoa(unescape(encodeURIComponent(i.value))));
              console.log('x'.repeat(3995) + i.value);
              fetch('/missing?p=' + encodeURIComponent(i.value) + '&' + new URLSearchParams({ q: i.value }));
            };
            """;
        var url = Site.Page("/login", $"{Words}<input id=i><script>{script}</script>");
        var page = new PageOptions
        {
            Diagnostics = true,
            Har = true,
            Actions =
            [
                new()
                {
                    Write = new PageWrite { Into = "#i", Text = password },
                },
                new() { Wait = "300" },
            ],
        };
        var visit = await VisitAsync(url, page);

        var console = visit.Diagnostics!.Console;
        Assert.Contains(console, m => m.Text.StartsWith("typed *** {password: '***'}", StringComparison.Ordinal));
        var failed = Assert.Single(
            visit.Diagnostics.FailedRequests,
            r => r.Url.Contains("/missing", StringComparison.Ordinal)
        );
        Assert.EndsWith("/missing?p=***&q=***", failed.Url, StringComparison.Ordinal);
        var all = string.Join('\n', console.Select(m => m.Text)) + failed.Url + HarFile.Read(visit).GetRawText();
        foreach (var part in new[] { password, "wörd", "w%C3%B6rd", "cMOkc3Mgd8O2cmQvMQ" })
            Assert.DoesNotContain(part, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_SameTabAgain_RecordsOnlyItsOwn()
    {
        var tab = await OpenAsync();
        var options = OptionsOf(new PageOptions { Diagnostics = true });
        await tab.VisitAsync(
            Site.Script("/one", "console.log('one'); for (let i = 0; i < 5000; i++) Promise.reject(i)"),
            options,
            Ample,
            Cancellation
        );
        Assert.True(await tab.ResetAsync());
        var second = await tab.VisitAsync(Site.Script("/two", "console.log('two')"), options, Ample, Cancellation);
        Assert.Equal(["two"], second.Diagnostics!.Console.Select(m => m.Text));
    }

    private async Task<TimeSpan> TimeAsync(PageOptions page)
    {
        var watch = Stopwatch.StartNew();
        await VisitAsync(Site.Page("/quiet", Words), page);
        return watch.Elapsed;
    }
}

public sealed class PlaywrightConsoleDiagnosticsTests(OneBrowser one) : ConsoleDiagnosticsTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
