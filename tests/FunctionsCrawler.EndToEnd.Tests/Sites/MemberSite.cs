using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>
/// Pages for members. A form leads to a session in an HttpOnly cookie, and to a token in localStorage with which a script of each
/// page fetches a part of it.
/// </summary>
internal static class MemberSite
{
    public const string Password = "private-password-18151";
    public const string Session = "private-session-18152";
    public const string Token = "private-token-18153";

    /// <summary>What only pages for members show.</summary>
    public const string Content = "Order of ada";

    /// <summary>What a page shows if its script has the token.</summary>
    public const string Balance = "Balance 4711";

    /// <summary>Everything that must not be seen anywhere but in requests and in the saved state.</summary>
    public static IReadOnlyList<string> Secrets { get; } = [Password, Session, Token];

    /// <summary>The steps of the login. The password is the secret MEMBER.</summary>
    public const string Steps = """
        [
          { "write": { "into": "[name=user]", "text": "ada" } },
          { "write": { "into": "[name=password]", "text": { "secret": "MEMBER" } } },
          { "click": "text:Log in" },
          { "wait": "css:#account" }
        ]
        """;

    /// <summary>Starts the site.</summary>
    /// <param name="elsewhere">The URL of another site, which the page /away redirects to.</param>
    public static Task<TestSite> StartAsync(string elsewhere = "/") =>
        TestSite.StartAsync(context => AnswerAsync(context, elsewhere));

    private static async Task AnswerAsync(HttpContext context, string elsewhere)
    {
        var (request, response) = (context.Request, context.Response);
        var isMember = request.Cookies["session"] == Session;
        response.ContentType = "text/html; charset=utf-8";
        switch (request.Path)
        {
            case "/login":
                await response.WriteAsync(
                    "<title>Login</title><form method=post action=/session><input name=user>"
                        + "<input name=password type=password><button>Log in</button></form>"
                );
                break;
            case "/session":
                var form = await request.ReadFormAsync();
                if (form["password"] == Password)
                {
                    response.Headers.SetCookie = $"session={Session}; Path=/; HttpOnly; SameSite=Lax";
                    response.Redirect("/account");
                }
                else
                {
                    response.StatusCode = 401;
                    await response.WriteAsync("<p>Wrong password.</p>");
                }
                break;
            case "/account" when isMember:
                await response.WriteAsync(
                    $"<p id=account>Welcome</p><script>localStorage.setItem('token', '{Token}')</script>"
                );
                break;
            case "/balance":
                await response.WriteAsync(request.Headers.Authorization == $"Bearer {Token}" ? Balance : "");
                break;
            case "/away":
                response.Redirect(elsewhere);
                break;
            case "/empty":
                await response.WriteAsync("<p id=account>Nothing is stored here.</p>");
                break;
            default:
                await response.WriteAsync(
                    isMember
                        ? $$"""
                        <title>Order</title><h1>{{Content}}</h1><p>Page {{request.Path}} for members.</p><p id=balance></p>
                        <a href="{{(
                            request.Path.Value!.Length < 12 ? request.Path.Value.TrimEnd('/') + "/more" : "/"
                        )}}">more</a>
                        <script>
                          const token = localStorage.getItem('token');
                          fetch('/balance', { headers: { Authorization: 'Bearer ' + token } }).then(r => r.text()).then(t => balance.textContent = t);
                        </script>
                        """
                        : "<p>Please log in.</p>"
                );
                break;
        }
    }
}
