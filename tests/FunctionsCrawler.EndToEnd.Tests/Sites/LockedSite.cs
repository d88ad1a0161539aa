using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>
/// Pages for whoever has a key, a cookie and a password; the others get 401. Each page links to the next one, and shows an
/// image of another site.
/// </summary>
internal static class LockedSite
{
    public const string Key = "private-key-17017";
    public const string Session = "private-session-17018";
    public const string Password = "private-password-17019";

    /// <summary>What only pages for those with all three show.</summary>
    public const string Content = "behind the door";

    /// <summary>Everything that must not be seen anywhere else, also encoded.</summary>
    public static IReadOnlyList<string> Secrets { get; } =
    [Key, Session, Password, Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"alice:{Password}"))];

    /// <summary>Starts the site.</summary>
    /// <param name="image">The URL of an image of another site.</param>
    /// <param name="denied">Receives the paths that were answered with 401.</param>
    public static Task<TestSite> StartAsync(string image, ConcurrentQueue<string> denied) =>
        TestSite.StartAsync(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            if (!IsAllowed(context.Request))
            {
                denied.Enqueue(context.Request.Path);
                context.Response.StatusCode = 401;
                return context.Response.WriteAsync("<p>keep out");
            }
            context.Response.Headers.SetCookie = $"sid={Session}; Path=/";
            return context.Response.WriteAsync(
                $"<h1>Page</h1><p>This is {Content}: <span id=w></span></p><img src={image}><a href={context.Request.Path}x>next</a>"
                    + "<script>w.textContent = [innerWidth, navigator.language, new Date(0).getHours()].join(' ')</script>"
            );
        });

    /// <summary>A site that remembers the headers of its requests.</summary>
    public static Task<TestSite> StartOtherAsync(ConcurrentQueue<string> headers) =>
        TestSite.StartAsync(context =>
        {
            headers.Enqueue(string.Join('\n', context.Request.Headers.Select(h => $"{h.Key}: {h.Value}")));
            return Task.CompletedTask;
        });

    private static bool IsAllowed(HttpRequest request) =>
        request.Headers["X-Api-Key"] == Key
        && request.Cookies["sid"] == Session
        && request.Headers.Authorization == $"Basic {Secrets[3]}";
}
