using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>A page whose script fails, so that what is waited for never comes; and one that does not exist.</summary>
internal static class BrokenPages
{
    public static Task<TestSite> StartAsync() => TestSite.StartAsync(AnswerAsync);

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        if (context.Request.Path != "/")
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("<h1>Not here</h1>");
        }
        return context.Response.WriteAsync(
            """
            <title>Shop</title><h1>Shop</h1><p>A shop whose prices a script was to show, with some words more.</p>
            <img src=/missing.png><img src=http://169.254.169.254/latest/>
            <input id=secret><script>
            secret.oninput = () => console.log('typed', secret.value);
            prices.show();
            </script>
            """
        );
    }
}
