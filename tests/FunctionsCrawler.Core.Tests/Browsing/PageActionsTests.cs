using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What steps in a page lead to: other documents, files, errors.</summary>
public class PageActionsTests(OneBrowser one) : ActionTestBase(one)
{
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
}

public sealed class PlaywrightPageActionsTests(OneBrowser one) : PageActionsTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
