using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>
/// A login form behind a dialog about cookies. The page behind it has a section that a button opens, a frame, and a virtual list.
/// </summary>
internal static class InteractivePages
{
    public const string Password = "correct horse";

    /// <summary>The steps that lead to all of the content.</summary>
    public static object[] Steps { get; } =
    [
        new { write = new { into = "css:[name=user]", text = "ada" } },
        new { write = new { into = "css:[name=password]", text = new { secret = "LOGIN" } } },
        new { click = "text:Log in" },
        new { wait = "css:#account" },
        new { click = "#open" },
        new { wait = "text:Invoice 1815" },
    ];

    /// <summary>What a visit with everything switched on finds.</summary>
    public static IReadOnlyList<string> Content { get; } =
    ["Welcome, ada", "Invoice 1815", "in the frame", "Row number 1.", "Row number 60.", "Row number 119."];

    /// <summary>What is laid over the pages.</summary>
    public const string Dialog = "We value your privacy";

    public static Task<TestSite> StartAsync() => TestSite.StartAsync(AnswerAsync);

    private static async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        switch (context.Request.Path)
        {
            case "/session":
                var form = await context.Request.ReadFormAsync();
                if (form["password"] == Password)
                    response.Cookies.Append("user", form["user"].ToString());
                response.Redirect("/account");
                break;
            case "/account":
                await response.WriteAsync(Account(context.Request.Cookies["user"]));
                break;
            case "/frame":
                await response.WriteAsync("<p>This is in the frame.</p>");
                break;
            default:
                await response.WriteAsync(
                    $"<title>Login</title><h1>Login</h1>{Overlay}<form method=post action=/session>"
                        + "<input name=user><input name=password type=password><button>Log in</button></form>"
                );
                break;
        }
    }

    private static string Account(string? user) =>
        user is null
            ? "<p>Please log in.</p>"
            : $$"""
                <title>Account</title>{{Overlay}}<main id=account><h1>Welcome, {{user}}</h1>
                <button id=open onclick="setTimeout(() => more.innerHTML = '<p>Invoice ' + 1815 + '</p>', 300)">Open</button><div id=more></div>
                <iframe src=/frame></iframe>
                <div id=view style="height: 400px; overflow-y: auto"><div style="height: 4800px; position: relative"><ul id=list></ul></div></div></main>
                <script>
                  const draw = () => {
                    const first = Math.min(Math.floor(view.scrollTop / 40), 108);
                    list.innerHTML = Array.from({ length: 12 }, (_, i) => first + i)
                      .map(n => `<li style="position: absolute; top: ${n * 40}px">Row number ${n}.</li>`).join('');
                  };
                  view.addEventListener('scroll', draw);
                  draw();
                </script>
                """;

    private static string Overlay =>
        $"<div style='position: fixed; inset: 0; z-index: 99; background: white'>{Dialog}: cookies. <button>Accept</button></div>";
}
