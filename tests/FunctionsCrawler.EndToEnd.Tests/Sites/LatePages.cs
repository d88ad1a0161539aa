using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>Three linked pages with enough text to look finished, to which a script adds more after three seconds.</summary>
internal static class LatePages
{
    /// <summary>What the script adds.</summary>
    public const string Content = "12 pieces in stock";

    /// <summary>Starts the site.</summary>
    public static Task<TestSite> StartAsync() =>
        TestSite.StartAsync(context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Html(context.Request.Path));
        });

    private static string Html(string path) =>
        $"<title>{path}</title><h1>Page {path}</h1><p><a href=/one>one</a> <a href=/two>two</a></p>"
        + string.Concat(Enumerable.Repeat($"<p>Much is said about {path}, and all of it before the stock.</p>", 10))
        + $"<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p id=late>{Content}</p>'), 3000)</script>";
}
