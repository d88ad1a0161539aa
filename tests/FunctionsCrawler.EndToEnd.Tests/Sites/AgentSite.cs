using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>Pages for an agent: one that only a browser reads, one that is long, some that link to each other.</summary>
internal static class AgentSite
{
    /// <summary>The lines of /long.</summary>
    public const int Lines = 4000;

    public static Task<TestSite> StartAsync() =>
        TestSite.StartAsync(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            if (Html(context.Request.Path.Value!) is { } html)
                return context.Response.WriteAsync($"<!doctype html><title>Tides</title>{html}");
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

    private static string? Html(string path) =>
        path switch
        {
            "/" => "<h1>Tides</h1><p>A gauge at the pier.</p><p><a href=/a>High</a> <a href=/b>Low</a></p>",
            "/a" or "/b" =>
                "<h1>Gauge</h1><p>The gauge at the pier is read each hour and kept with the hours before it.</p>",
            "/late" => "<div id=root></div><script>setTimeout(() => { root.innerHTML = '<h1>Late</h1>"
                + "<p id=late>Added by a ' + 'script in the page, after a while.</p>' }, 300)</script>",
            // Waits for what never comes, so that a browser is open for as long as the visit.
            "/never" => "<h1>Never</h1><p>Something is missing here.</p>",
            "/long" => "<h1>Long</h1>"
                + string.Concat(
                    Enumerable
                        .Range(0, Lines)
                        .Select(n =>
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"<p>Line {n} of the long page, one of many.</p>"
                            )
                        )
                ),
            _ => null,
        };
}
