using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The steps that a request carries out in a page.</summary>
public class PageActionsTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly string Words = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    [Fact]
    public async Task Visit_LoginForm_ReadsThePageBehindIt()
    {
        AnswerLogin();
        var visit = await VisitAsync(
            Site.Page(
                "/login",
                "<form method=post action=/session><input name=user><input name=password type=password><button>Log in</button></form>"
            ),
            new PageAction
            {
                Write = new PageWrite { Into = "css:[name=user]", Text = "ada" },
            },
            new PageAction
            {
                Write = new PageWrite { Into = "[type=password]", Text = "pass\"word" },
            },
            new PageAction { Click = "text:Log in" },
            new PageAction { Wait = "css:#welcome" }
        );
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains("<p id=\"welcome\">ada logged in</p>", visit.Html, StringComparison.Ordinal);
        Assert.Equal(Site.Url("/home").AbsoluteUri, visit.FinalUrl);
    }

    [Fact]
    public async Task Visit_EnterInAField_SendsTheForm()
    {
        AnswerLogin();
        var visit = await VisitAsync(
            Site.Page(
                "/login",
                "<form method=post action=/session><input name=user><input name=password><button>Go</button></form>"
            ),
            new PageAction
            {
                Write = new PageWrite { Into = "[name=user]", Text = "ada" },
            },
            new PageAction
            {
                Write = new PageWrite { Into = "[name=password]", Text = "pass\"word" },
            },
            new PageAction { Press = "Enter" }
        );
        Assert.Contains("ada logged in", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_SecretOfTheProcess_IsWritten()
    {
        Environment.SetEnvironmentVariable("CRAWL_SECRET_ACTIONS_TEST", "from the environment");
        var text = SecretText.FromSecret("ACTIONS_TEST");
        var visit = await VisitAsync(
            Site.Script(
                "/secret",
                "document.body.innerHTML = '<input oninput=\"p.textContent = this.value\"><p id=p></p>'"
            ),
            new PageAction
            {
                Write = new PageWrite { Into = "input", Text = text },
            }
        );
        Assert.Contains("<p id=\"p\">from the environment</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_SecretThatIsNotSet_FailsWithTheNameOfTheVariable()
    {
        var text = SecretText.FromSecret("ACTIONS_MISSING");
        var visit = await VisitAsync(
            Site.Page("/no-secret", "<input>"),
            new PageAction
            {
                Write = new PageWrite { Into = "input", Text = text },
            }
        );
        Assert.Equal(VisitEnd.ActionFailed, visit.End);
        Assert.Contains("CRAWL_SECRET_ACTIONS_MISSING", visit.Detail, StringComparison.Ordinal);
    }

    public static TheoryData<PageAction, string> Steps =>
        new()
        {
            {
                new PageAction { Click = "#target" },
                "mousedown:true mouseup:true click:true"
            },
            {
                new PageAction { DoubleClick = "css:#target" },
                "click:true target mousedown:true mouseup:true click:true target dblclick:true"
            },
            {
                new PageAction { Hover = "text:the target" },
                "mouseover:true"
            },
            {
                new PageAction { Check = "#box" },
                "change:true box=true"
            },
            {
                new PageAction { Uncheck = "#checked" },
                "change:true checked=false"
            },
            {
                new PageAction
                {
                    Select = new PageSelect { From = "#list", Value = "b" },
                },
                "change:false list=b"
            },
            {
                new PageAction
                {
                    Select = new PageSelect { From = "#list", Value = "Third" },
                },
                "change:false list=c"
            },
            {
                new PageAction
                {
                    Write = new PageWrite { Into = "#field", Text = "new" },
                },
                "input:true field=new"
            },
            {
                new PageAction
                {
                    Write = new PageWrite { Into = "#field", Text = "" },
                },
                "input:true field="
            },
            {
                new PageAction
                {
                    Write = new PageWrite { Into = "#date", Text = "2026-03-01" },
                },
                "change:false date=2026-03-01"
            },
            {
                new PageAction
                {
                    Write = new PageWrite { Into = "#editable", Text = "edited" },
                },
                "editable=edited"
            },
            {
                new PageAction { Click = "#inner" },
                "click:true"
            },
            {
                new PageAction { Check = "text:drawn" },
                "change:true drawn=true"
            },
            {
                new PageAction { Check = "#drawn" },
                "change:true drawn=true"
            },
            {
                new PageAction { Click = "text:THE TARGET" },
                "click:true target"
            },
        };

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Visit_Step_CausesTheEventsOfAUser(PageAction step, string events)
    {
        var visit = await VisitAsync(Listening(), step);
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains(events, visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_KeysAndScrolling_ReachThePage()
    {
        var visit = await VisitAsync(
            Listening(),
            new PageAction { Click = "#field" },
            new PageAction { Press = "x" },
            new PageAction { Press = "ArrowDown" },
            new PageAction { Scroll = "down" },
            new PageAction { Wait = "100" },
            new PageAction { Scroll = "#far" }
        );
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains("keydown:x", visit.Html, StringComparison.Ordinal);
        Assert.Contains("keydown:ArrowDown", visit.Html, StringComparison.Ordinal);
        Assert.Contains("scrolled", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#missing", "no element matches")]
    [InlineData("#hidden", "it is not visible")]
    [InlineData("#disabled", "it is disabled")]
    [InlineData("#covered", "it is covered by <div#cover>")]
    [InlineData("p[", "'p[' is not a valid selector")]
    [InlineData("text:nowhere to be found", "no element matches")]
    public async Task Visit_ElementThatCannotBeClicked_NamesStepAndReason(string element, string reason)
    {
        var url = Site.Page(
            "/unusable",
            $"<p>{Words}</p><b id=hidden hidden>x</b><button id=disabled disabled>x</button>"
                + "<button id=covered style='position: absolute; left: 0; top: 0'>x</button>"
                + "<div id=cover style='position: fixed; inset: 0; z-index: 9'></div>"
        );
        var visit = await VisitAsync(
            url,
            new VisitOptions { Actions = [new PageAction { Wait = "1" }, new PageAction { Click = element }] },
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal(VisitEnd.ActionFailed, visit.End);
        Assert.StartsWith($"step 2, click {element}: ", visit.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, visit.Detail, StringComparison.Ordinal);
        Assert.Null(visit.Html);
    }

    [Theory]
    [InlineData(
        "<button onclick=\"setTimeout(() => more.hidden = false, 1500)\">Go</button><p id=more hidden>more</p>"
    )]
    [InlineData("<a href=/next target=_blank>Go</a>")]
    [InlineData("<a href=/slow-next>Go</a>")]
    public async Task Visit_WhatAClickLeadsTo_IsWaitedFor(string markup)
    {
        Site.Page("/next", $"<p>{Words}</p><p id=more>more</p>");
        Site.Answer(
            "/slow-next",
            async context =>
            {
                await Task.Delay(2500);
                context.Response.Redirect("/next");
            }
        );
        var visit = await VisitAsync(
            Site.Page("/click", $"<p>{Words}</p>{markup}"),
            new PageAction { Click = "text:Go" },
            new PageAction { Wait = "text:more" }
        );
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Matches("<p id=\"more\">more</p>", visit.Html);
    }

    [Fact]
    public async Task Visit_SlowDocumentAfterTheLastStep_IsTheOneThatIsRead()
    {
        Site.Answer(
            "/slow",
            async context =>
            {
                await Task.Delay(3500);
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync($"<p>{Words}</p><p>the last</p>");
            }
        );
        var visit = await VisitAsync(
            Site.Page("/click", $"<p>{Words}</p><a href=/slow>Go</a>"),
            new PageAction { Click = "a" }
        );
        Assert.Contains("the last", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>setTimeout(() => go.hidden = false, 1000)</script><button id=go hidden>Go on</button>")]
    [InlineData(
        "<script>/* Go on */</script><button style='visibility: hidden'>Go on</button><button id=go>Go on</button>"
    )]
    [InlineData("<h2>Go on</h2><noscript>Go on</noscript><button id=go>Go on</button>")]
    [InlineData(
        "<p>Go on reading</p><input type=submit value='Go on' hidden><a id=go href='#x' style='text-transform: uppercase'>Go <b>on</b></a>"
    )]
    [InlineData("<button>Go on later</button><input id=go type=button value='Go on'>")]
    [InlineData("<div><span>Go</span> <span>on</span></div><script>document.querySelector('div').id = 'go'</script>")]
    public async Task Visit_ElementThatIsNamedByItsText_IsTheOneThatAUserSees(string markup)
    {
        const string listen =
            "<script>addEventListener('click', e => document.title = 'clicked ' + e.target.closest('[id]')?.id)</script>";
        var url = Site.Page("/by-text", $"<title>x</title><p id=words>{Words}</p>{markup}{listen}");
        var visit = await VisitAsync(url, new PageAction { Click = "text:Go on" });
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains("<title>clicked go</title>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_FileInput_CannotBeWrittenInto()
    {
        var write = new PageWrite { Into = "#file", Text = "x" };
        var visit = await VisitAsync(Listening(), new PageAction { Write = write });
        Assert.Equal("step 1, write #file: it is an input of type file, which takes no text", visit.Detail);
    }

    [Fact]
    public async Task Visit_ElementThatMovesAndComesLate_IsClicked()
    {
        const string script =
            "setTimeout(() => document.body.insertAdjacentHTML('beforeend', "
            + "'<button id=late style=\"transition: margin 0.5s linear\" onclick=\"this.outerHTML = `<i>clicked</i>`\">x</button>'), 1000);"
            + "setTimeout(() => late.style.marginLeft = '300px', 1050)";
        var visit = await VisitAsync(Site.Script("/moves", script), new PageAction { Click = "#late" });
        Assert.Contains("<i>clicked</i>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_Script_RunsOnlyWhereItIsAllowed()
    {
        var url = Site.Page(
            "/script",
            $"<p id=p>{Words}</p><script>window.ready = new Promise(r => setTimeout(r, 500, 7))</script>"
        );
        PageAction[] steps =
        [
            new() { Script = "ready.then(value => { p.textContent += ' value ' + value })" },
            new() { Wait = "js:p.textContent.includes('value 7')" },
        ];
        var refused = await VisitAsync(url, steps);
        var allowed = await VisitAsync(url, new VisitOptions { Actions = steps, AllowsScripts = true }, Ample);
        Assert.Equal(
            (VisitEnd.ActionFailed, "step 1, script: scripts are not allowed here"),
            (refused.End, refused.Detail)
        );
        Assert.Contains(" value 7</p>", allowed.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw new Error('no\\nway')", "step 1, script: Error: no")]
    [InlineData("Promise.reject(new TypeError('late'))", "step 1, script: TypeError: late")]
    [InlineData("][", "step 1, script: SyntaxError: Unexpected token ']'")]
    [InlineData("new Promise(() => { })", "step 1, script: it did not end within its time limit")]
    [InlineData("while (true);", "step 1, script: it did not end within its time limit")]
    public async Task Visit_ScriptThatFails_EndsWithItsMessage(string script, string detail)
    {
        var options = new VisitOptions { Actions = [new PageAction { Script = script }], AllowsScripts = true };
        var visit = await VisitAsync(Site.Page("/fails", $"<p>{Words}</p>"), options, TimeSpan.FromSeconds(4));
        Assert.Equal((VisitEnd.ActionFailed, detail), (visit.End, visit.Detail));
    }

    [Fact]
    public async Task Visit_ScriptThatNavigates_ReadsTheNextPage()
    {
        Site.Page("/next", $"<p>{Words}</p><p id=more>more</p>");
        var options = new VisitOptions
        {
            Actions = [new PageAction { Script = "location.href = '/next'" }, new PageAction { Wait = "#more" }],
            AllowsScripts = true,
        };
        var visit = await VisitAsync(Site.Page("/first", $"<p>{Words}</p>"), options, Ample);
        Assert.Equal((VisitEnd.Read, Site.Url("/next").AbsoluteUri), (visit.End, visit.FinalUrl));
    }

    [Fact]
    public async Task Visit_StepsThatLeadToADownload_Fails()
    {
        Site.Answer(
            "/file",
            context =>
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync("{}");
            }
        );
        var visit = await VisitAsync(Site.Page("/to-file", "<a href=/file>Go</a>"), new PageAction { Click = "a" });
        Assert.Equal(
            (VisitEnd.ActionFailed, "the steps led to application/json, which is not a page"),
            (visit.End, visit.Detail)
        );
    }

    [Fact]
    public async Task Visit_PictureStep_TakesItAtThatMoment()
    {
        var visit = await VisitAsync(
            Site.Page("/picture", $"<p>{Words}</p>"),
            new PageAction { Screenshot = "before" },
            new PageAction { Screenshot = "after" }
        );
        Assert.Equal(["screenshot-before", "screenshot-after"], visit.Captures.Select(c => c.Name));
        Assert.All(visit.Captures, c => Assert.Equal("PNG"u8.ToArray(), c.Content[1..4].ToArray()));
    }

    [Fact]
    public async Task Visit_CancelledDuringAStep_EndsAtOnce()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var tab = await OpenAsync();
        var options = new VisitOptions { Actions = [new PageAction { Click = "#missing" }] };
        var visiting = tab.VisitAsync(Site.Page("/cancel", $"<p>{Words}</p>"), options, Ample, stop.Token);
        await UntilAsync(() => Site.WasRequested("/cancel"));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visiting.WaitAsync(Guard, Cancellation));
    }

    private Uri Listening() =>
        Site.Page(
            "/listens",
            $$"""
            <p id=log></p><p>{{Words}}</p><button id=target>the target</button>
            <input type=checkbox id=box><label><input type=checkbox id=checked checked>label</label>
            <select id=list><option value=a>First</option><option value=b>Second</option><option value=c>Third</option></select>
            <input id=field value=old><input type=date id=date><div id=editable contenteditable>old text</div>
            <input type=checkbox id=drawn style="display: none"><label for=drawn>drawn</label><input type=file id=file>
            <div id=host><template shadowrootmode=open><button id=inner>in the shadow</button></template></div>
            <div style="height: 3000px"></div><p id=far>far</p>
            <script>
              const write = text => log.append(text + ' ');
              for (const name of ['mouseover', 'mousedown', 'mouseup', 'click', 'dblclick', 'input', 'change'])
                document.addEventListener(name, e => {
                  write(name + ':' + e.isTrusted);
                  const t = e.target;
                  if (name === 'click') write(t.id);
                  if (name === 'change' && 'checked' in t && t.type === 'checkbox') write(t.id + '=' + t.checked);
                  else if (/input|change/.test(name)) write(t.id + '=' + (t.value ?? t.textContent));
                });
              document.addEventListener('keydown', e => write('keydown:' + e.key));
              document.addEventListener('scroll', () => write('scrolled'), { once: true });
            </script>
            """
        );

    private void AnswerLogin()
    {
        Site.Answer(
            "/session",
            async context =>
            {
                var form = await context.Request.ReadFormAsync();
                if (form["password"] == "pass\"word")
                    context.Response.Cookies.Append("user", form["user"].ToString());
                context.Response.Redirect("/home");
            }
        );
        Site.Answer(
            "/home",
            context =>
            {
                context.Response.ContentType = "text/html";
                return context.Response.WriteAsync(
                    $"<p>{Words}</p><p id=welcome>{context.Request.Cookies["user"] ?? "nobody"} logged in</p>"
                );
            }
        );
    }

    private Task<TabVisit> VisitAsync(Uri url, params PageAction[] actions) =>
        VisitAsync(url, new VisitOptions { Actions = actions }, Ample);

    private async Task<TabVisit> VisitAsync(Uri url, VisitOptions options, TimeSpan deadline) =>
        await (await OpenAsync()).VisitAsync(url, options, deadline, Cancellation);
}

public sealed class PlaywrightPageActionsTests(OneBrowser one) : PageActionsTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
